// Functions that answer requests: shows, updates, lists and rewrites.
//
// `given` is {"request": …} with "document" for shows and updates, and with "head", "rows" and "more"
// for lists: rows in JSON, a line each, and whether others follow. Answers are {"response": …}, with
// "document" for updates and "body" for lists; a list that asked for a row beyond those it was given
// answers {"more": true}, and is called again with more of them. A rewrite answers {"rewrite": …},
// null when no rule fits.
(function (core) {
  var apply = core.apply, failure = core.failure, globals = core.globals, json = core.json;
  var provided, chosenType, chunks, started, rows, place, settled, others, lacking;

  function begin(lines, more) {
    provided = [];
    chosenType = undefined;
    chunks = "";
    started = {};
    rows = lines || "";
    place = 0;
    settled = false;  // nothing more can be said about status and headers
    others = more;
    lacking = false;
  }

  globals.provides = function (name, fun) { provided[provided.length] = [String(name), fun]; };

  globals.start = function (response) {
    if (!settled) { started = response || {}; }
  };

  globals.send = function (chunk) { chunks += String(chunk); };

  // What was sent until now goes out, and the status and headers with it.
  globals.getRow = function () {
    if (chunks) { settled = true; }
    if (place >= rows.length) {
      lacking = lacking || others;
      return null;
    }
    var end = rows.indexOf("\n", place);
    var line = rows.slice(place, end < 0 ? rows.length : end);
    place = end < 0 ? rows.length : end + 1;
    return core.parse(line);
  };

  function kindOf(value) {
    if (value === null) { return "null"; }
    return core.isArray(value) ? "array" : typeof value;
  }

  function wrapped(response) { return typeof response === "string" ? { body: response } : response; }

  function withType(response) {
    response.headers = response.headers || {};
    if (chosenType) { response.headers["Content-Type"] = response.headers["Content-Type"] || chosenType; }
    return response;
  }

  function runProvided(design, request) {
    var names = provided.map(function (pair) { return pair[0]; });
    var choice = core.chosen(names, request);
    for (var i = 0; i < provided.length; i++) {
      if (provided[i][0] === choice.name) {
        chosenType = choice.type;
        return apply(provided[i][1], design, []);
      }
    }
    throw failure("not_acceptable", "Content-Type " + (request.headers.Accept || choice.name) +
      " not supported, try one of: " + names.map(core.typesOf).join(", "));
  }

  // What a function throws of its own accord is its answer; the rest is a fault in it.
  function thrown(error, word) {
    var meant = error !== null && typeof error === "object" &&
      (error.couch || (error.error && error.reason) ||
        (core.isArray(error) && (error[0] === "error" || error[0] === "fatal")));
    if (meant) { return error; }
    return failure(word, "function raised error: " + core.read(error) + " \nstacktrace: " +
      (error !== null && error !== undefined ? error.stack : undefined));
  }

  function checked(response, where) {
    var kind = kindOf(response);
    if (kind !== "object" && kind !== "string") {
      throw failure("render_error", "undefined response from " + where + " function");
    }
    return wrapped(response);
  }

  function shown(fun, design, given) {
    var response = wrapped(apply(fun, design, [given.document, given.request]) || {});
    if (chunks) {
      response.headers = response.headers || {};
      Object.keys(started).forEach(function (name) { response.headers[name] = started[name]; });
      response.body = chunks + (response.body || "");
      chunks = "";
    }
    if (provided.length) {
      var more = wrapped(runProvided(design, given.request) || {});
      response.body = (response.body || "") + chunks + (more.body || "");
      response = withType(response);
    }
    return checked(response, "show");
  }

  function updated(fun, design, given) {
    if (given.request.method === "GET") {
      throw failure("method_not_allowed", "Update functions do not allow GET");
    }
    var result = apply(fun, design, [given.document, given.request]);
    var response = checked(result[1], "update");
    return '{"document":' + json(result[0]) + ',"response":' + json(response) + "}";
  }

  function listed(fun, design, given) {
    var tail = apply(fun, design, [given.head, given.request]);
    if (provided.length) { tail = runProvided(design, given.request); }
    if (lacking) { return '{"more":true}'; }
    if (tail !== undefined) { chunks += String(tail); }
    return '{"response":' + json(withType(started)) + ',"body":' + json(chunks) + "}";
  }

  function rewritten(fun, design, given) {
    var result = apply(fun, design, [given.request]);
    if (!result) { return '{"rewrite":null}'; }
    if (typeof result === "string") { result = { path: result, method: given.request.method }; }
    return '{"rewrite":' + json(result) + "}";
  }

  return {
    show: function (fun, design, given) {
      given = core.parse(given);
      begin();
      try { return '{"response":' + json(shown(fun, design, given)) + "}"; } catch (error) {
        if (given.document === null && given.request.path.length > 5) {
          throw failure("not_found", "document not found");
        }
        throw thrown(error, "render_error");
      }
    },

    update: function (fun, design, given) {
      begin();
      try { return updated(fun, design, core.parse(given)); } catch (error) {
        throw thrown(error, "render_error");
      }
    },

    list: function (fun, design, given) {
      given = core.parse(given);
      begin(given.rows, given.more);
      try { return listed(fun, design, given); } catch (error) {
        if (lacking) { return '{"more":true}'; }
        throw thrown(error, "render_error");
      }
    },

    rewrite: function (fun, design, given) {
      begin();
      try { return rewritten(fun, design, core.parse(given)); } catch (error) {
        throw thrown(error, "rewrite_error");
      }
    }
  };
})
