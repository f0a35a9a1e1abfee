"""`cmake --install` into a prefix that is then moved: every sample builds out of tree against it, found by find_package and
by pkg-config; and the installed service runs, with a sample in it.
    install_test.py BUILD SOURCE"""
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ENTRY_POINT = re.compile(r" T WSManPluginStartup$", re.M)
# Libraries beside the SDK's own, as the samples' CMakeLists.txt find them.
ALSO = {"authz-http": ["libcurl"]}


def run(*command, **rest):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **rest)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(str(part) for part in command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def install(build, folder):
    run("cmake", "--install", build, "--prefix", folder / "first")
    prefix = folder / "moved"
    (folder / "first").rename(prefix)
    return prefix


def find(prefix, name):
    found = sorted(prefix.rglob(name))
    if not found:
        sys.exit(f"{name} is not installed")
    return found[0]


def check_plugin(plugin):
    if not ENTRY_POINT.search(run("nm", "-D", plugin)):
        sys.exit(f"{plugin} does not export WSManPluginStartup")
    if "libwsmsvc.so.1" not in run("readelf", "-d", plugin):
        sys.exit(f"{plugin} is not linked with the installed libwsmsvc.so.1")


def build_with_cmake(sample, prefix, folder, compilers):
    run("cmake", "-S", sample, "-B", folder, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Debug",
        f"-DCMAKE_C_COMPILER={compilers[0]}", f"-DCMAKE_CXX_COMPILER={compilers[1]}")
    run("cmake", "--build", folder)
    cache = (folder / "CMakeCache.txt").read_text()
    if f"winrmd_DIR:PATH={prefix}" not in cache:
        sys.exit(f"{sample.name} was not built against the installed SDK")
    return folder / f"{sample.name}.so"


def build_with_pkg_config(sample, environment, folder, compilers):
    packages = ["winrmd", *ALSO.get(sample.name, [])]
    flags = run("pkg-config", "--cflags", "--libs", *packages, env=environment).split()
    standard = re.search(r"set\(CMAKE_(C|CXX)_STANDARD (\d+)\)", (sample / "CMakeLists.txt").read_text())
    c = standard.group(1) == "C"
    sources = sorted(sample.glob("*.c" if c else "*.cpp"))
    plugin = folder / f"{sample.name}.so"
    run(compilers[0] if c else compilers[1], f"-std={'c' if c else 'c++'}{standard.group(2)}", "-fPIC", "-shared",
        "-fvisibility=hidden", "-pthread", "-Wall", "-Wextra", "-Werror", *sources, *flags, "-Wl,--no-undefined", "-o", plugin)
    return plugin


def check_new_projects(prefix, folder, compilers):
    """What `winrmctl plugin new` makes builds against the installed SDK, and its own tests pass."""
    winrmctl = prefix / "bin" / "winrmctl"
    for kind in ("authz", "resource", "shell"):
        run(winrmctl, "plugin", "new", f"my-{kind}", "--kind", kind, "--folder", folder)
        project, build = folder / f"my-{kind}", folder / f"my-{kind}" / "build"
        run("cmake", "-S", project, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}",
            f"-DCMAKE_CXX_COMPILER={compilers[1]}", "-DCMAKE_CXX_FLAGS=-Werror")
        run("cmake", "--build", build)
        check_plugin(build / f"my-{kind}.so")
        if "100% tests passed" not in run("ctest", "--test-dir", build, "--output-on-failure"):
            sys.exit(f"a new project of kind {kind} fails its own tests")


def check_service(prefix, echo):
    os.environ["WINRMD_BUILD"] = str(prefix)
    sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))
    from trying import try_out
    resource = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/echo-shell"
    with try_out("--user", "alice:secret", "--plugin", echo) as running:
        with running.client() as client:
            assert client.create().run("echo installed")[0] == b"installed\n"
        with running.client(resource=resource) as client:
            shell = client.create()
            command = shell.command("anything")
            shell.send(command, b"out of tree", end=True)
            assert shell.collect(command) == (b"out of tree", b"", 0)


def main(build, source):
    sys.path.insert(0, str(Path(__file__).parents[1] / "abi"))
    from compilers import PAIRS
    # Readable for the account that `winrmd try` becomes when root starts it.
    with tempfile.TemporaryDirectory(prefix="winrmd-sdk-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        prefix = install(build, folder)
        pc = find(prefix, "winrmd.pc")
        environment = {**os.environ, "PKG_CONFIG_PATH": str(pc.parent)}
        samples = sorted(one.parent for one in prefix.rglob("samples/*/CMakeLists.txt"))
        expected = {one.parent.name for one in (Path(source) / "samples").glob("*/CMakeLists.txt")}
        if {one.name for one in samples} != expected:
            sys.exit(f"samples: {samples}, the tree has {expected}")
        built = {}
        for sample in samples:
            # One compiler for each way: that both take the headers is tested elsewhere.
            built[sample.name] = build_with_pkg_config(sample, environment, folder, PAIRS[-1])
            check_plugin(built[sample.name])
            check_plugin(build_with_cmake(sample, prefix, folder / "cmake" / sample.name, PAIRS[0]))
        plugins = Path(run("pkg-config", "--variable=plugindir", "winrmd", env=environment).strip())
        if not (plugins / "shell.so").exists():
            sys.exit(f"no shell.so in {plugins}")
        check_new_projects(prefix, folder, PAIRS[0])
        check_service(prefix, built["echo-shell"])


if __name__ == "__main__":
    main(*sys.argv[1:])
