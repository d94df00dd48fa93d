// Functions of views: what documents emit, and what rows are reduced to.
//
// `map` answers {"rows": [rows of each document, in order], "stuck": null or [word, reason]}. It may
// answer for fewer documents than it was given: when enough has come together, or when it is stuck,
// which says that the next document used up what it may use. `rescue` gives out the rows that a map
// had come to when it was stopped from outside.
(function (core) {
  var apply = core.apply, json = core.json;
  var enough = 4 * 1024 * 1024;  // characters of rows for one answer
  var done = "", documentsDone = 0;
  var keys = [], values = [], count = 0;
  var limit = { threshold: 5000, ratio: 2 };  // CouchDB's reduce_limit, as it comes

  core.globals.emit = function (key, value) {
    keys[count] = key;
    values[count] = core.plain(value);
    count += 1;
  };

  function rows() {
    var text = "";
    for (var i = 0; i < count; i++) {
      text += (i ? ",[" : "[") + json(keys[i]) + "," + json(values[i]) + "]";
    }
    return "[" + text + "]";
  }

  // What was thrown may be made so that looking at it throws again.
  function shortage(error) {
    if (error === null) { return core.pair("unnamed_error", "null"); }  // memory, it may be
    try {
      if (error.name !== "InternalError") { return ""; }
      return core.pair("os_process_error", core.show(error.message));
    } catch (again) { return ""; }
  }

  // Only what a function throws on purpose for that ends the whole.
  function ended(error) {
    if (error === "fatal_error") {
      throw core.failure("map_runtime_error", "function raised 'fatal_error'");
    }
    if (core.isArray(error) && error[0] === "fatal") { throw error; }
  }

  function failed(error, document) {
    core.log("function raised exception " + core.read(error) + " with doc._id " + document._id);
    return "[]";
  }

  function answer(stuck) {
    return '{"rows":[' + done + '],"stuck":' + (stuck || "null") + "}";
  }

  function add(text) {
    done += (documentsDone ? "," : "") + text;
    documentsDone += 1;
  }

  function empty() {
    keys = values = null;  // there may be no memory left for new ones until these are gone
    keys = [];
    values = [];
    count = 0;
  }

  function reduction(fun, keys, values, again, size) {
    var text = "null";
    try { text = json(apply(fun, undefined, [keys, values, again])); } catch (error) {
      ended(error);
      if (shortage(error)) { throw error; }
      core.log("function raised exception " + core.read(error));
    }
    if (text.length > limit.threshold && text.length * limit.ratio > size) {
      return json({ reduce_overflow_error: "Reduce output must shrink more rapidly: input size: " +
        size + " output size: " + text.length });
    }
    return text;
  }

  function overflow(values) {
    for (var i = 0; i < values.length; i++) {
      if (core.has(values[i], "reduce_overflow_error")) { return json(values[i]); }
    }
    return "";
  }

  function each(groups, told) {
    var text = "";
    for (var i = 0; i < groups.length; i++) { text += (i ? "," : "") + told(groups[i]); }
    return "[" + text + "]";
  }

  return {
    map: function (fun, design, given) {
      var documents, text;
      done = "";
      documentsDone = 0;
      try { documents = core.parse(given); } catch (error) {
        return answer(core.pair("unreadable", core.read(error)));
      }
      for (var i = 0; i < documents.length && done.length < enough; i++) {
        empty();
        try {
          core.freeze(documents[i]);
          fun(documents[i]);
          text = rows();
        } catch (error) {
          empty();
          ended(error);
          var stuck = shortage(error);
          if (stuck) { return answer(stuck); }
          text = failed(error, documents[i]);
        }
        add(text);
      }
      empty();
      return answer();
    },

    rescue: function (fun, design, given) {
      empty();
      return answer(given);
    },

    reduce: function (fun, design, given) {
      return each(core.parse(given), function (group) {
        return reduction(fun, group[0], group[1], false, group[2]);
      });
    },

    rereduce: function (fun, design, given) {
      return each(core.parse(given), function (group) {
        return overflow(group[0]) || reduction(fun, null, group[0], true, group[1]);
      });
    }
  };
})
