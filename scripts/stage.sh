# Sourced by the scripts that start the service. As root, `winrmd try` and the end-to-end tests run it as `nobody`, who
# may not be able to enter the folder of this clone (a root's home, say). Then a copy of the build is used.
#   stage_build FOLDER   sets $staged to FOLDER, or to a copy that everybody can reach; the copy goes with the script.
stage_build() {
  staged=$(realpath "$1")
  [[ $(id -u) == 0 ]] || return 0
  if setpriv --reuid=nobody --regid=nogroup --clear-groups test -x "$staged/bin/winrmd"; then return 0; fi
  local copy
  copy=$(mktemp -d /tmp/winrmd-build-XXXXXX)
  # shellcheck disable=SC2064  # the folder's name of now is meant
  trap "rm -rf '$copy'" EXIT
  cp -r "$staged/bin" "$staged/lib" "$copy/"
  chmod -R a+rX "$copy"
  staged=$copy
}
