// Which of the types that a function provides a request would rather have.
(function (core) {
  var known = {}, named = {};

  function register(name) {
    var types = [];
    for (var i = 1; i < arguments.length; i++) {
      types[i - 1] = String(arguments[i]);
      named[types[i - 1]] = name;
    }
    known[name] = types;
  }

  // CouchDB's names.
  register("all", "*/*");
  register("text", "text/plain; charset=utf-8", "txt");
  register("html", "text/html; charset=utf-8");
  register("xhtml", "application/xhtml+xml", "xhtml");
  register("xml", "application/xml", "text/xml", "application/x-xml");
  register("js", "text/javascript", "application/javascript", "application/x-javascript");
  register("css", "text/css");
  register("ics", "text/calendar");
  register("csv", "text/csv");
  register("rss", "application/rss+xml");
  register("atom", "application/atom+xml");
  register("yaml", "application/x-yaml", "text/yaml");
  register("multipart_form", "multipart/form-data");
  register("url_encoded_form", "application/x-www-form-urlencoded");
  register("json", "application/json", "text/x-json");
  core.globals.registerType = register;

  function read(range) {
    var parts = range.split(";"), parameters = {};
    for (var i = 1; i < parts.length; i++) {
      var pair = parts[i].split("=");
      if (pair.length === 2) { parameters[pair[0].trim()] = pair[1].trim(); }
    }
    var names = (parts[0].trim() === "*" ? "*/*" : parts[0].trim()).split("/");
    var quality = parseFloat(core.has(parameters, "q") ? parameters.q : "1");
    if (!(quality >= 0 && quality <= 1)) { quality = 1; }
    return { type: names[0], subtype: names[1], parameters: parameters, quality: quality };
  }

  // How closely a range speaks of a type; -1 when it does not.
  function closeness(range, offered) {
    function meets(one, other) { return one === other || one === "*" || other === "*"; }
    if (!meets(range.type, offered.type) || !meets(range.subtype, offered.subtype)) { return -1; }
    var found = (range.type === offered.type ? 100 : 0) + (range.subtype === offered.subtype ? 10 : 0);
    Object.keys(offered.parameters).forEach(function (name) {
      found += name !== "q" && range.parameters[name] === offered.parameters[name] ? 1 : 0;
    });
    return found;
  }

  // Of types that are as welcome, the first one offered.
  function best(offers, accept) {
    var ranges = accept.split(",").map(read), found = "", closest = -1, quality = 0;
    offers.forEach(function (offer) {
      var offered = read(offer);
      ranges.forEach(function (range) {
        var close = closeness(range, offered);
        if (close > closest || (close === closest && close >= 0 && range.quality > quality)) {
          found = offer;
          closest = close;
          quality = range.quality;
        }
      });
    });
    return quality > 0 ? found : "";
  }

  // Return the name and the type to answer with; the name is undefined when none will do.
  core.chosen = function (names, request) {
    var format = request.query && request.query.format;
    var accept = request.headers && request.headers.Accept;
    if (format) { return { name: format, type: (known[format] || [])[0] }; }
    if (!accept) { return { name: names[0], type: (known[names[0]] || [])[0] }; }
    var offers = [];
    names.forEach(function (name) { offers = offers.concat(known[name] || []); });
    var type = best(offers, String(accept));
    return { name: named[type], type: type };
  };

  core.typesOf = function (name) { return (known[name] || []).join(", ") || name; };
  return {};
})
