"""Sets up what the builder needs: a virtual environment, the locked packages, the system's text libraries.

Runs with any Python 3 that is there and nothing else. `make` calls it before every command; when all is in place it
returns at once.
"""

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys

LEAST = (3, 11)
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")
BEGUN = os.path.join(VENV, ".begun")
LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
DEBIAN = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
LOCKS = {"run": ["requirements.lock"], "dev": ["requirements.lock", "requirements-dev.lock"]}


def main(arguments):
    kind = arguments[0] if arguments else "run"
    if kind == "libraries":
        return 0 if provide_libraries() else 1
    if kind not in LOCKS:
        return stop("say 'run', 'dev' or 'libraries'")
    if is_ready(kind):
        return 0
    return 0 if provide_libraries() and provide_packages(kind) else 1


def stop(*lines):
    for line in lines:
        sys.stderr.write(line + "\n")
    return 1


def provide_libraries():
    """Makes sure that the libraries which WeasyPrint loads are there, or says how to get them."""
    missing = [name for name in LIBRARIES if not has_library(name)]
    if not missing:
        return True
    if sys.platform == "darwin":
        stop("These libraries are missing: " + ", ".join(missing), "  type: brew install pango")
        return False
    if os.name == "nt":
        stop(
            "These libraries are missing: " + ", ".join(missing),
            "  install MSYS2 from https://www.msys2.org, then type in its shell:",
            "  pacman -S mingw-w64-x86_64-pango",
            "  and set WEASYPRINT_DLL_DIRECTORIES=C:\\msys64\\mingw64\\bin",
        )
        return False
    if shutil.which("apt-get"):
        return install_with_apt(missing)
    stop(
        "These libraries are missing: " + ", ".join(missing),
        "  install Pango 1.44 or newer and HarfBuzz with your system's package manager, such as",
        "  dnf install pango harfbuzz   or   apk add pango harfbuzz",
    )
    return False


def has_library(name):
    if ctypes.util.find_library(name) or ctypes.util.find_library(name + "-0"):
        return True
    names = [
        "lib%s.so.0" % name,
        "lib%s.0.dylib" % name,
        "/opt/homebrew/lib/lib%s.0.dylib" % name,
        "lib%s-0.dll" % name,
    ]
    for file in names:
        try:
            ctypes.CDLL(file)
            return True
        except OSError:
            continue
    return False


def install_with_apt(missing):
    prefix = []
    if os.geteuid() != 0:
        may = shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0
        if not may:
            stop(
                "These libraries are missing: " + ", ".join(missing),
                "  type: sudo apt-get install " + " ".join(DEBIAN),
            )
            return False
        prefix = ["sudo", "-n"]
    print("Installing " + ", ".join(DEBIAN))
    install = prefix + ["apt-get", "install", "-y", "-qq", "--no-install-recommends"] + DEBIAN
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    if subprocess.call(install, env=environment, stdout=subprocess.DEVNULL) != 0:
        subprocess.call(prefix + ["apt-get", "update", "-qq"], stdout=subprocess.DEVNULL)
        if subprocess.call(install, env=environment, stdout=subprocess.DEVNULL) != 0:
            stop("That did not work.", "  type: sudo apt-get install " + " ".join(DEBIAN))
            return False
    return True


def stamp_of(kind):
    return os.path.join(VENV, ".ready-" + kind)


def fingerprint(kind):
    """Changes when the locked packages or the Python that runs them do."""
    total = hashlib.sha256(repr(sys.version_info).encode())
    for name in LOCKS[kind] + ["pyproject.toml", os.path.join("tools", "bootstrap.py")]:
        with open(os.path.join(HERE, name), "rb") as file:
            total.update(file.read())
    return total.hexdigest()


def is_ready(kind):
    try:
        with open(stamp_of(kind)) as file:
            whole = os.path.exists(PYTHON) and not os.path.exists(BEGUN)
            return whole and file.read() == fingerprint(kind)
    except OSError:
        return False


def is_whole():
    """Whether the environment that is there can be added to: its making, or an installation, may have been cut off."""
    if not os.path.exists(PYTHON) or os.path.exists(BEGUN):
        return False
    return (
        subprocess.call([PYTHON, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    )


def mark_begun():
    """Leaves a mark that stays when what follows is cut off."""
    open(BEGUN, "w").close()


def provide_packages(kind):
    python = suitable_python()
    if python is None:
        stop(
            "Python %d.%d or newer is needed; this is %s." % (LEAST + (sys.version.split()[0],)),
            "  Debian, Ubuntu: sudo apt-get install python3 python3-venv",
            "  macOS: brew install python   Windows: https://www.python.org/downloads/",
        )
        return False
    print("Setting up .venv (once; a minute or two)")
    if not is_whole():
        shutil.rmtree(VENV, ignore_errors=True)
    if not os.path.exists(PYTHON):
        os.makedirs(VENV, exist_ok=True)
        mark_begun()
        if subprocess.call([python, "-m", "venv", VENV]) != 0:
            shutil.rmtree(VENV, ignore_errors=True)
            stop("The virtual environment could not be made.", "  Debian, Ubuntu: sudo apt-get install python3-venv")
            return False
    mark_begun()
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for lock in LOCKS[kind]:
        if subprocess.call(pip + ["--require-hashes", "-r", os.path.join(HERE, lock)]) != 0:
            stop("The packages of %s could not be installed; see above." % lock)
            return False
    if subprocess.call(pip + ["--no-deps", "--no-build-isolation", "--editable", HERE]) != 0:
        stop("The builder itself could not be installed; see above.")
        return False
    with open(stamp_of(kind), "w") as file:
        file.write(fingerprint(kind))
    os.remove(BEGUN)
    return True


def suitable_python():
    if sys.version_info >= LEAST:
        return sys.executable
    names = ["python3.%d" % minor for minor in range(14, LEAST[1] - 1, -1)]
    return next((path for path in map(shutil.which, names) if path), None)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
