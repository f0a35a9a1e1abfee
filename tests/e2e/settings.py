"""Writes configurations and user files."""

import crypt
import json

import envelope as e
import paths


def toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)


def is_time(key):
    return key.endswith(("_timeout", "_interval", "_deadline", "_window"))


def table(head, values):
    """`values`: name → value; times are in milliseconds."""
    lines = [f'{key} = "{value}ms"' if is_time(key) else f"{key} = {toml(value)}" for key, value in values.items()]
    return "\n".join([head, *lines]) + "\n"


def hash_password(password):
    """At the lowest cost: the tests are not about that."""
    return crypt.crypt(password, "$y$j3.$testsalttestsalt")


def user_file(users):
    """`users`: name → password, or (password, account)."""
    lines = []
    for name, password in users.items():
        account = ""
        if isinstance(password, tuple):
            password, account = password[0], ":" + password[1]
        lines.append(f"{name}:{hash_password(password)}{account}\n")
    return "".join(lines)


def plugin(name, file, uri, **values):
    return {"name": name, "file": file, "resources": [uri], **values}


def cmd_plugin(**values):
    return plugin("Shell cmd plugin", paths.SHELL, e.CMD, **values)


def application(*plugins, authorization=None, path="wsman", **values):
    """The TOML of one application."""
    text = table("[[application]]", {"path": path, **values})
    if authorization:
        text += table("[application.authorization]", authorization)
    for one in plugins:
        text += table("[[application.plugin]]", one)
    return text


def listener(port, *, tls=None, **more):
    values = {"address": "127.0.0.1", "port": port, "basic": True}
    if tls:
        values.update(tls=True, certificate=tls[0], key=tls[1])
    else:
        values["allow_unencrypted"] = True
    values.update(more)
    if tls:
        values.pop("allow_unencrypted", None)
    return table("[[listener]]", values)
