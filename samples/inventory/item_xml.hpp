// The representation of a thing: <Item xmlns="urn:example:inventory"><Name>bolt</Name><Count>12</Count></Item>
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

std::string item_xml(const std::string& name, std::uint32_t count);

// The text of the first element of that local name, whatever its prefix; nothing: there is none, or it has elements.
// The host has looked that the XML is well-formed; a plug-in that reads more than this uses an XML library.
std::optional<std::string> text_in(std::string_view xml, std::string_view element);
// The same, as a number.
std::optional<std::uint32_t> number_in(std::string_view xml, std::string_view element);
