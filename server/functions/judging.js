// Functions that say yes or no: filters, maps that serve as filters, and consent to writes.
(function (core) {
  var apply = core.apply, parse = core.parse;
  var emitted = false;

  core.globals.emit = function () { emitted = true; };

  function each(items, told) {
    var answers = "";
    for (var i = 0; i < items.length; i++) { answers += (i ? "," : "") + told(items[i]); }
    return "[" + answers + "]";
  }

  // A refusal is an object with one member that the function threw; an Error is a fault of its own.
  function refusal(error) {
    if (error !== null && typeof error === "object" && !(error.name && error.stack) && !error.couch) {
      if (core.has(error, "forbidden")) { return ["forbidden", core.show(error.forbidden)]; }
      if (core.has(error, "unauthorized")) { return ["unauthorized", core.show(error.unauthorized)]; }
      return ["unknown_error", core.show(error)];
    }
    return typeof error === "string" ? ["unknown_error", error] : core.words(error);
  }

  return {
    filter: function (fun, design, given) {
      given = parse(given);
      return each(given.documents, function (document) {
        return apply(fun, design, [document, given.request]) ? "true" : "false";
      });
    },

    view: function (fun, design, given) {
      return each(parse(given).documents, function (document) {
        emitted = false;
        apply(fun, undefined, [document]);
        return emitted ? "true" : "false";
      });
    },

    validate: function (fun, design, given) {
      given = parse(given);
      return each(given.edits, function (edit) {
        try {
          apply(fun, design, [edit[0], edit[1], parse(given.user), parse(given.security)]);
          return "null";
        } catch (error) {
          var found = refusal(error);
          return core.pair(core.show(found[0]), core.show(found[1]));
        }
      });
    }
  };
})
