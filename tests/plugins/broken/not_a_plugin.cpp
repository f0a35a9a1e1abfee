// A shared library without any entry point.
extern "C" __attribute__((visibility("default"))) int winrmd_test_nothing() { return 42; }
