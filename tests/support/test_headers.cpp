// Only there so that its precompiled header is: what every test includes, and what takes longest.
int main() { return 0; }
