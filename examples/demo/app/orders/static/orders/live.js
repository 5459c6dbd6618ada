"use strict";

const table = document.querySelector("#orders");
const columns = table.dataset.columns.split(" ");
const live = document.querySelector("#live");
const ROWS = 25;
let seen = Number(table.dataset.last);
let wait = 500;

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/admin/orders/?after=${seen}`);
  socket.onmessage = ({ data }) => receive(JSON.parse(data));
  socket.onopen = () => {
    wait = 500;
    tell("on", "live");
  };
  socket.onclose = () => {
    tell("off", "reconnecting");
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 10_000);
  };
}

function receive(message) {
  if (message.type === "hello" && message.last < seen) {
    // The feed is behind what this page has shown: the database was taken back.
    location.reload();
  }
  if (message.type === "update" && message.number > seen) {
    seen = message.number;
    table.dataset.last = seen;
    document.querySelector("#number").textContent = seen;
    show(message.order);
  }
}

function show(order) {
  const body = table.tBodies[0];
  let row = body.querySelector(`tr[data-id="${Number(order.id)}"]`);
  if (!row) {
    row = body.insertRow(0);
    row.dataset.id = order.id;
    for (const name of columns) row.insertCell().className = name;
    while (body.rows.length > ROWS) body.deleteRow(-1);
  }
  row.dataset.status = order.status;
  columns.forEach((name, at) => (row.cells[at].textContent = order[name] ?? ""));
}

function tell(state, text) {
  live.dataset.state = state;
  live.textContent = text;
}

connect();
