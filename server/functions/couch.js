// What CouchDB gives to the functions of a design document, and how they are called.
//
// The file is one expression: a function from a design document's JSON to a dispatcher, which
// takes (kind, path, arguments) with path and arguments in JSON and returns
// {"ok": …, "log": […]} or {"error": [word, reason], "log": […]} in JSON.
(function (globals) {
  var parse = JSON.parse, stringify = JSON.stringify;
  var has = function (object, name) {
    return Object.prototype.hasOwnProperty.call(Object(object), name);
  };
  var mostLogged = 20, longestLine = 1000;
  var logged = [], emitted = false;

  function show(value) {
    var text = typeof value === "string" ? value : stringify(value);
    return String(text === undefined ? value : text);
  }

  globals.log = function (message) {
    var isError = message !== null && typeof message === "object" && message.stack;
    if (logged.length < mostLogged) {
      logged.push(show(isError ? String(message) : message).slice(0, longestLine));
    }
  };
  globals.emit = function () { emitted = true; };
  globals.toJSON = stringify;
  globals.isArray = Array.isArray;
  globals.sum = function (values) {
    var total = 0;
    for (var i = 0; i < values.length; i++) { total += values[i]; }
    return total;
  };

  function failure(word, reason) { return { couch: [word, reason] }; }

  // Source may end in semicolons, or hold more than the function's expression.
  function evaluate(source) {
    var inGlobals = eval;
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
      throw failure("compilation_error", String(error) + " (" + source + ")");
    }
    if (typeof found !== "function") {
      throw failure("compilation_error", "Expression does not eval to a function. (" + source + ")");
    }
    return found;
  }

  function moduleSource(design, steps) {
    var found = design;
    steps.forEach(function (step) {
      if (!has(found, step)) {
        throw failure("invalid_require_path", 'Object has no property "' + step + '". ' + show(found));
      }
      found = found[step];
    });
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

  function requirer(design, cache, folder) {
    return function require(name) {
      var steps = resolve(String(name), folder), id = steps.join("/");
      if (!has(cache, id)) {
        var source = moduleSource(design, steps);
        var module = { id: id, exports: {} };
        cache[id] = module;  // before it runs, so that circles end
        try {
          evaluate("function (module, exports, require) { " + source + "\n }")
            .call(globals, module, module.exports, requirer(design, cache, steps.slice(0, -1)));
        } catch (error) {
          delete cache[id];
          throw failure("compilation_error", "Module require('" + name + "') raised error " +
            (error && error.couch ? error.couch[1] : String(error)));
        }
      }
      return cache[id].exports;
    };
  }

  function words(error) {
    if (error === null || typeof error !== "object") { return ["unnamed_error", show(error)]; }
    if (error.couch) { return error.couch; }
    if (Array.isArray(error) && (error[0] === "error" || error[0] === "fatal")) {
      return [show(error[1]), show(error[2])];
    }
    if (error.error && error.reason) { return [show(error.error), show(error.reason)]; }
    if (error.name) { return [show(error.name), show(error.message)]; }
    return ["unnamed_error", show(error)];
  }

  // A refusal is an object with one member that the function threw; an Error is a fault of its own.
  function refusal(error) {
    if (error !== null && typeof error === "object" && !(error.name && error.stack) && !error.couch) {
      if (has(error, "forbidden")) { return ["forbidden", show(error.forbidden)]; }
      if (has(error, "unauthorized")) { return ["unauthorized", show(error.unauthorized)]; }
      return ["unknown_error", show(error)];
    }
    return typeof error === "string" ? ["unknown_error", error] : words(error);
  }

  var kinds = {
    compile: function () { return true; },
    filter: function (fun, design, given) {
      return given.documents.map(function (document) {
        return Boolean(fun.call(design, document, given.request));
      });
    },
    view: function (fun, design, given) {
      return given.documents.map(function (document) {
        emitted = false;
        fun(document);
        return emitted;
      });
    },
    validate: function (fun, design, given) {
      return given.edits.map(function (edit) {
        try {
          fun.call(design, edit[0], edit[1], parse(given.user), parse(given.security));
          return null;
        } catch (error) { return refusal(error); }
      });
    }
  };

  return function (text) {
    var design = parse(text), compiled = {}, cache = {};
    globals.require = requirer(design, cache, []);

    function functionAt(path) {
      var key = stringify(path);
      if (!has(compiled, key)) {
        var found = design;
        path.forEach(function (step) {
          found = has(found, step) ? found[step] : undefined;
          if (!found) {
            throw failure("not_found", "missing " + path[0] + " function " + step +
              " on design doc " + design._id);
          }
        });
        compiled[key] = compile(found);
      }
      return compiled[key];
    }

    return function (kind, path, given) {
      var answer;
      logged = [];
      try {
        answer = { ok: kinds[kind](functionAt(parse(path)), design, parse(given)) };
      } catch (error) { answer = { error: words(error) }; }
      answer.log = logged;
      return stringify(answer);
    };
  };
})(globalThis)
