// ASCII-only string helpers: what HTTP and WS-Management mean by "case-insensitive" and "white space".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winrmd::text {

bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view text, std::string_view prefix);
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
std::string_view trim(std::string_view text);                      // space, tab, CR, LF at both ends
std::vector<std::string_view> split_words(std::string_view text);  // at runs of white space; no empty words
// Overwrites the bytes in a way the compiler keeps; for passwords and keys.
void wipe(std::string& secret);

}  // namespace winrmd::text
