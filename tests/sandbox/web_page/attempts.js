// The ways by which a page can have a browser send a request. Each resolves to what the page can tell of the answer, or null. `attempt` is attempts.py's; `via` turns an address into one of the page's own that redirects there.

const put = (element) => document.body.appendChild(element);
const made = (name, properties) => Object.assign(document.createElement(name), properties);
const settled = (element, told) =>
  new Promise((resolve) => {
    element.onload = () => resolve(told(element));
    element.onerror = () => resolve(null);
    put(element);
  });
const quietly = (look) => {
  try {
    return look() ?? null;
  } catch {
    return null; // the page of another address is closed to this one
  }
};
const read = (sending) => sending.then((answer) => answer.text(), () => "").then((text) => text || null);

let frames = 0;
const frame = (properties) =>
  settled(made("iframe", properties), (loaded) => quietly(() => loaded.contentDocument.body.innerText || null));
const framed = (submit) => {
  const name = `frame${frames++}`;
  const answered = frame({ name, src: "about:blank" }); // loads twice: blank, and then what is submitted into it
  return answered.then(() => {
    const loaded = document.querySelector(`iframe[name=${name}]`);
    const again = new Promise((resolve) => {
      loaded.onload = () => resolve(quietly(() => loaded.contentDocument.body.innerText || null));
    });
    submit(name);
    return again;
  });
};
const form = (attempt, method, enctype) =>
  framed((target) => {
    const filled = put(made("form", { method, enctype, target, action: attempt.url }));
    for (const [name, value] of Object.entries(attempt.fields)) {
      filled.append(made("input", { type: "hidden", name, value }));
    }
    filled.submit();
  });
const popup = (open) => {
  const opened = open();
  return Promise.resolve(opened ? quietly(() => opened.document.body.innerText || null) : null);
};

const ways = {
  image: ({ url }) => settled(made("img", { src: url }), (shown) => `${shown.naturalWidth}x${shown.naturalHeight}`),
  quietImage: ({ url }) =>
    settled(made("img", { referrerPolicy: "no-referrer", src: url }), (shown) => `${shown.naturalWidth}x${shown.naturalHeight}`),
  script: ({ url }) => settled(made("script", { src: url }), () => self.stolen ?? null),
  module: ({ url }) => settled(made("script", { type: "module", src: url }), () => self.stolen ?? null),
  stylesheet: ({ url }) =>
    settled(made("link", { rel: "stylesheet", href: url }), () => getComputedStyle(document.getElementById("probe")).width),
  preload: ({ url }) => settled(made("link", { rel: "preload", as: "image", href: url }), () => null),
  font: ({ url }) => new FontFace("stolen", `url("${url}")`).load().then(() => "a font", () => null),
  audio: ({ url }) => new Promise((resolve) => {
      const sound = put(made("audio", { preload: "auto", src: url }));
      sound.onloadeddata = () => resolve("sound");
      sound.onerror = () => resolve(null);
    }),
  object: ({ url }) => settled(made("object", { data: url }), (loaded) => quietly(() => loaded.contentDocument.body.innerText)),
  frame: ({ url }) => frame({ src: url }),
  quietFrame: ({ url }) => frame({ referrerPolicy: "no-referrer", src: url }),
  formGet: (attempt) => form({ ...attempt, fields: Object.fromEntries(new URL(attempt.url).searchParams) }, "get", ""),
  link: ({ url }) => framed((target) => put(made("a", { href: url, target })).click()),
  quietLink: ({ url }) => popup(() => put(made("a", { href: url, target: "_blank", rel: "noreferrer" })).click()),
  open: ({ url }) => popup(() => window.open(url)),
  quietOpen: ({ url }) => popup(() => window.open(url, "_blank", "noreferrer")),
  fetchOpaque: ({ url }) => read(fetch(url, { mode: "no-cors" })),
  fetchShared: ({ url }) => read(fetch(url)),
  xhr: ({ url, method, body, type }) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.onloadend = () => resolve(request.responseText || null);
      if (type) request.setRequestHeader("Content-Type", type);
      request.send(body || null);
    }),
  events: ({ url }) =>
    new Promise((resolve) => {
      const source = new EventSource(url);
      const done = (told) => (source.close(), resolve(told));
      source.onmessage = ({ data }) => done(data);
      source.onerror = () => done(null);
    }),
  socket: ({ url }) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url.replace(/^http/, "ws"));
      socket.onopen = () => resolve("connected");
      socket.onerror = () => resolve(null);
    }),
  worker: ({ url }) =>
    new Promise((resolve) => {
      const source = `try { importScripts(${JSON.stringify(url)}) } catch {} postMessage(self.stolen ?? null)`;
      const worker = new Worker(URL.createObjectURL(new Blob([source])));
      worker.onmessage = ({ data }) => resolve(data);
    }),
  redirectedImage: (attempt, via) => ways.image({ url: via(attempt.url, 302) }),
  redirectedFrame: (attempt, via) => ways.frame({ url: via(attempt.url, 302) }),
  redirectedFetch: (attempt, via) => ways.fetchOpaque({ url: via(attempt.url, 302) }),
  formFields: (attempt) => form(attempt, "post", "application/x-www-form-urlencoded"),
  formText: (attempt) => form(attempt, "post", "text/plain"),
  formFiles: (attempt) => form(attempt, "post", "multipart/form-data"),
  redirectedForm: (attempt, via) => ways.formFields({ ...attempt, url: via(attempt.url, 307) }),
  sendOpaque: ({ url, method, body, type }) =>
    read(fetch(url, { method, body, mode: "no-cors", headers: { "Content-Type": type } })),
  sendShared: ({ url, method, body, type }) =>
    read(fetch(url, { method, body: body || undefined, headers: type ? { "Content-Type": type } : {} })),
  sendLast: ({ url, method, body, type }) =>
    read(fetch(url, { method, body, mode: "no-cors", keepalive: true, headers: { "Content-Type": type } })),
  redirectedSend: (attempt, via) => ways.sendOpaque({ ...attempt, url: via(attempt.url, 307) }),
  beacon: ({ url, body, type }) => Promise.resolve(navigator.sendBeacon(url, new Blob([body], { type })) && null),
  ping: ({ url }) => {
    const name = `frame${frames++}`;
    return frame({ name, src: "about:blank" }).then(() => {
      put(made("a", { href: "about:blank#", target: name, ping: url })).click();
      return null;
    });
  },
};

const told = {}; // what each attempt told the page, by its tag
const attack = (attempts, via) => {
  for (const attempt of attempts) {
    ways[attempt.way](attempt, via).then((learned) => (told[attempt.tag] = learned));
  }
};
