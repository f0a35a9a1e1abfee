// winrmctl: administers winrmd from the command line.
#include "tools/winrmctl.hpp"

int main(int argc, char** argv) { return winrmd::tools::winrmctl(argc, argv); }
