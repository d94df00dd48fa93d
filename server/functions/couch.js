// What CouchDB gives to the functions of a design document, and how they are called.
//
// The file is one expression: a function from the global object and the rooms (one for each kind
// of functions, each in a file of its own) to a function that takes a design document's JSON, and
// returns a dispatcher. That takes (kind, path, given), path and given in JSON, and returns
// {"ok": …, "log": […]} or {"error": [word, reason], "log": […]} in JSON.
//
// Functions may replace whatever is global. What runs after them here uses only what was taken
// beforehand, and puts answers together from pieces, so that they keep their form.
(function (globals, rooms) {
  var parse = JSON.parse, stringify = JSON.stringify, apply = Reflect.apply;
  var keysOf = Object.keys, freezeOne = Object.freeze, isArray = Array.isArray, text = String;
  var hasOwn = Object.prototype.hasOwnProperty, slice = String.prototype.slice;
  var inGlobals = eval;
  var mostLogged = 20, longestLine = 1000;
  var logged = "", lines = 0;

  function has(object, name) {
    return object !== null && object !== undefined && apply(hasOwn, object, [name]);
  }

  function json(value) {
    var written = stringify(value);
    return written === undefined ? "null" : written;
  }

  function show(value) {
    try {
      return typeof value === "string" ? value : text(json(value));
    } catch (error) { return "unreadable"; }
  }

  // Errors have nothing of their own that JSON would show.
  function plain(value) {
    var isError = typeof value === "object" && value !== null &&
      "stack" in value && "name" in value && "message" in value;
    return isError ? { error: value.name, message: value.message } : value;
  }

  function read(error) {
    try { return text(error); } catch (again) { return "unreadable"; }
  }

  function log(message) {
    if (lines >= mostLogged) { return; }
    var isError = message !== null && typeof message === "object" && message.stack;
    var line = show(isError ? text(message) : message);
    logged += (lines ? "," : "") + stringify(apply(slice, line, [0, longestLine]));
    lines += 1;
  }

  function freeze(value) {
    freezeOne(value);
    for (var names = keysOf(value), i = 0; i < names.length; i++) {
      var member = value[names[i]];
      if (typeof member === "object" && member !== null) { freeze(member); }
    }
  }

  globals.log = log;
  globals.emit = function () {};
  globals.toJSON = stringify;
  globals.isArray = isArray;
  globals.sum = function (values) {
    var total = 0;
    for (var i in values) { total += values[i]; }
    return total;
  };

  function failure(word, reason) { return { couch: [word, reason] }; }

  // Source may end in semicolons, or hold more than the function's expression.
  function evaluate(source) {
    try {
      return inGlobals("(" + source.replace(/[;\s]+$/, "") + "\n)");
    } catch (error) {
      if (!(error instanceof SyntaxError)) { throw error; }
      try { return inGlobals(source); } catch (again) { throw error; }
    }
  }

  function compile(source) {
    var found;
    if (typeof source !== "string") {
      throw failure("compilation_error", "Expression does not eval to a function. (" + show(source) + ")");
    }
    try { found = evaluate(source); } catch (error) {
      throw failure("compilation_error", read(error) + " (" + source + ")");
    }
    if (typeof found !== "function") {
      throw failure("compilation_error", "Expression does not eval to a function. (" + source + ")");
    }
    return found;
  }

  function moduleSource(root, steps) {
    var found = root;
    for (var i = 0; i < steps.length; i++) {
      if (!has(found, steps[i])) {
        throw failure("invalid_require_path", 'Object has no property "' + steps[i] + '". ' + show(found));
      }
      found = found[steps[i]];
    }
    if (typeof found !== "string") {
      throw failure("invalid_require_path", "Must require a JavaScript string, not: " + typeof found);
    }
    return found;
  }

  function resolve(name, folder) {
    var steps = /^\.\.?(\/|$)/.test(name) ? folder.slice() : [];
    name.split("/").forEach(function (step) {
      if (step === "..") {
        if (!steps.length) { throw failure("invalid_require_path", "Object has no parent " + name); }
        steps.pop();
      } else if (step !== ".") { steps.push(step); }
    });
    return steps;
  }

  function requirer(root, cache, folder) {
    return function require(name) {
      var steps = resolve(text(name), folder), id = steps.join("/");
      if (!has(cache, id)) {
        var source = moduleSource(root, steps);
        var module = { id: id, exports: {} };
        cache[id] = module;  // before it runs, so that circles end
        try {
          var body = evaluate("function (module, exports, require) { " + source + "\n }");
          apply(body, globals, [module, module.exports, requirer(root, cache, steps.slice(0, -1))]);
        } catch (error) {
          delete cache[id];
          throw failure("compilation_error", "Module require('" + name + "') raised error " +
            (error && error.couch ? error.couch[1] : read(error)));
        }
      }
      return cache[id].exports;
    };
  }

  function words(error) {
    if (error === null || typeof error !== "object") { return ["unnamed_error", show(error)]; }
    if (error.couch) { return error.couch; }
    if (isArray(error) && (error[0] === "error" || error[0] === "fatal")) {
      return [show(error[1]), show(error[2])];
    }
    if (error.error && error.reason) { return [show(error.error), show(error.reason)]; }
    if (error.name) { return [show(error.name), show(error.message)]; }
    return ["unnamed_error", show(error)];
  }

  function pair(word, reason) { return "[" + stringify(word) + "," + stringify(reason) + "]"; }

  function wordsInJson(error) {
    try {
      var found = words(error);
      return pair(text(found[0]), text(found[1]));
    } catch (again) { return pair("unnamed_error", "unreadable"); }
  }

  // What the rooms build on; one room may add to it for those behind it.
  var core = {
    apply: apply, failure: failure, freeze: freeze, globals: globals, has: has, isArray: isArray,
    json: json, log: log, pair: pair, parse: parse, plain: plain, read: read, show: show,
    words: words
  };

  var kinds = { compile: function () { return "true"; } };
  rooms.forEach(function (room) {
    var added = room(core);
    keysOf(added).forEach(function (kind) { kinds[kind] = added[kind]; });
  });

  return function (design_text, onlyLibrary) {
    var design = parse(design_text), compiled = {}, root = design;
    if (onlyLibrary) { root = { views: { lib: has(design.views, "lib") ? design.views.lib : {} } }; }
    globals.require = requirer(root, {}, []);

    function functionAt(path) {
      var key = stringify(path);
      if (!has(compiled, key)) {
        var found = design;
        for (var i = 0; i < path.length; i++) {
          found = has(found, path[i]) ? found[path[i]] : undefined;
          if (!found) {
            throw failure("not_found", "missing " + path[0] + " function " + path[i] +
              " on design doc " + design._id);
          }
        }
        compiled[key] = compile(found);
      }
      return compiled[key];
    }

    return function (kind, path, given) {
      var answer;
      logged = "";
      lines = 0;
      try {
        var fun = kind === "rescue" ? null : functionAt(parse(path));
        answer = '"ok":' + kinds[kind](fun, design, given);
      } catch (error) { answer = '"error":' + wordsInJson(error); }
      // in one piece: long texts put together are kept as trees, which nobody outside can read
      return apply(slice, "{" + answer + ',"log":[' + logged + "]}", [0]);
    };
  };
})
