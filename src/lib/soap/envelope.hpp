// The parts that responses and faults share. Internal to the library.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace winrmd::soap {

// `<s:Envelope …><s:Header>` declaring these prefixes (of the table in envelope.cpp) in this order.
void open_envelope(std::string& out, std::initializer_list<std::string_view> prefixes);

// `<name>value</name>`, the value escaped.
void append_element(std::string& out, std::string_view name, std::string_view value);

// a:Action, a:MessageID, `extra` (XML), a:To, a:RelatesTo, `</s:Header><s:Body>`. Empty values leave their block out.
struct Head {
  std::string_view action;
  std::string_view message_id;  // without `uuid:`
  std::string_view extra;
  std::string_view relates_to;
};
void append_header(std::string& out, const Head& head);

// `</s:Body></s:Envelope>`
void close_envelope(std::string& out);

}  // namespace winrmd::soap
