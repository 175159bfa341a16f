import "./style/tokens.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/parts.css";
import { render } from "preact";
import { App } from "./app/App";
import { listenToKeys } from "./app/keys";
import { followLinks } from "./app/router";

followLinks();
listenToKeys();
const page = document.getElementById("page");
if (page) render(<App />, page);
