#include "lib/sddl/read_ace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/sddl/rights.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/guid.hpp"

namespace winrmd::sddl {
namespace {

struct TypeRow {
  std::string_view letters;
  AceType type;
  ListKind list;
};
constexpr TypeRow types[] = {
    {"A", AceType::allow, ListKind::access},         {"D", AceType::deny, ListKind::access},
    {"AU", AceType::audit, ListKind::audit},         {"AL", AceType::alarm, ListKind::audit},
    {"OA", AceType::object_allow, ListKind::access}, {"OD", AceType::object_deny, ListKind::access},
    {"OU", AceType::object_audit, ListKind::audit},  {"OL", AceType::object_alarm, ListKind::audit},
};

struct Unsupported {
  std::string_view letters;
  std::string_view what;
};
constexpr Unsupported unsupported[] = {
    {"ML", "mandatory labels"},    {"XA", "conditional entries"},  {"XD", "conditional entries"},
    {"XU", "conditional entries"}, {"ZA", "conditional entries"},  {"RA", "resource attributes"},
    {"SP", "scoped policies"},     {"TL", "process trust labels"}, {"FL", "access filters"},
};

struct FlagRow {
  std::string_view letters;
  std::uint8_t flag;
};
constexpr FlagRow flags[] = {
    {"OI", ace_flag::object_inherit}, {"CI", ace_flag::container_inherit}, {"NP", ace_flag::no_propagate},
    {"IO", ace_flag::inherit_only},   {"ID", ace_flag::inherited},         {"SA", ace_flag::success},
    {"FA", ace_flag::failure},
};

bool is_object_type(AceType type) { return type >= AceType::object_allow; }

// Up to the end of the field.
std::string_view field(Cursor& cursor) {
  return cursor.take_while([](char c) { return c != ';' && c != '(' && c != ')'; });
}

Result<void> separator(Cursor& cursor) {
  if (!cursor.skip(";")) return cursor.fail("a semicolon is missing: an entry has six fields");
  return {};
}

Result<AceType> read_type(Cursor& cursor, ListKind list) {
  const auto start = cursor.position();
  const auto letters = field(cursor);
  const auto fail = [start](std::string_view what) { return Cursor::fail_at(start, what); };
  if (const auto* row = std::ranges::find(types, letters, &TypeRow::letters); row != std::end(types)) {
    if (row->list == list) return row->type;
    return fail(list == ListKind::access ? "an entry of this type belongs into S:"
                                         : "an entry of this type belongs into D:");
  }
  const auto* row = std::ranges::find(unsupported, letters, &Unsupported::letters);
  if (row != std::end(unsupported)) return fail(fmt::format("{} ({}) are not supported", row->what, letters));
  return fail("not one of the types A, D, OA and OD (in D:), AU, AL, OU and OL (in S:)");
}

Result<std::uint8_t> read_flags(Cursor& cursor) {
  std::uint8_t result = 0;
  while (!cursor.at_end() && !cursor.sees(";")) {
    const auto start = cursor.position();
    const auto* row = std::ranges::find(flags, cursor.take(2), &FlagRow::letters);
    if (row == std::end(flags)) return Cursor::fail_at(start, "not one of the flags OI, CI, NP, IO, ID, SA and FA");
    result |= row->flag;
  }
  return result;
}

Result<std::uint32_t> read_rights(Cursor& cursor) {
  const auto rest = cursor.rest();
  if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
    const unsigned base = cursor.skip("0x") ? 16 : rest.front() == '0' ? 8 : 10;
    const auto number = read_number(cursor, base, 0xFFFF'FFFF, "the number of the rights");
    if (!number) return std::unexpected(number.error());
    return static_cast<std::uint32_t>(*number);
  }
  std::uint32_t result = 0;
  while (!cursor.at_end() && !cursor.sees(";")) {
    const auto start = cursor.position();
    const auto letters = cursor.take(2);
    const auto mask = find_right(letters);
    if (!mask) return Cursor::fail_at(start, "there are no rights with these letters");
    result |= *mask;
  }
  return result;
}

Result<std::string> read_guid(Cursor& cursor, AceType type) {
  const auto start = cursor.position();
  const auto guid = field(cursor);
  if (guid.empty()) return std::string();
  if (!is_object_type(type)) return Cursor::fail_at(start, "an entry of this type has no object");
  if (!text::is_guid(guid)) return Cursor::fail_at(start, "not a GUID");
  return text::to_lower(guid);
}

}  // namespace

Result<Sid> read_sid(Cursor& cursor, const std::optional<Sid>& domain) {
  if (cursor.sees("S-")) return read_numeric_sid(cursor);
  const auto start = cursor.position();
  const auto letters = cursor.take(2);
  const auto alias = find_alias(letters);
  if (!alias) return Cursor::fail_at(start, "neither S-1-… nor the two letters of a well-known SID");
  if (alias->kind == Alias::Kind::known) return alias->sid;
  if (!domain) {
    return Cursor::fail_at(start, fmt::format("{} is relative to a Windows domain, and this host is in none: "
                                              "write the SID in full",
                                              letters));
  }
  Sid sid = *domain;
  sid.sub_authorities.push_back(alias->rid);
  return sid;
}

Result<Ace> read_ace(Cursor& cursor, ListKind kind, const std::optional<Sid>& domain) {
  Ace ace;
  std::optional<Error> error;
  // Keeps the first error; nothing is read after it.
  const auto put = [&error](auto value, auto& into) {
    if (value)
      into = std::move(*value);
    else
      error = value.error();
    return !error;
  };
  const auto next = [&] {
    if (auto there = separator(cursor); !there) error = there.error();
    return !error;
  };
  cursor.skip("(");
  const bool done = put(read_type(cursor, kind), ace.type) && next() && put(read_flags(cursor), ace.flags) && next() &&
                    put(read_rights(cursor), ace.mask) && next() && put(read_guid(cursor, ace.type), ace.object_type) &&
                    next() && put(read_guid(cursor, ace.type), ace.inherited_object_type) && next() &&
                    put(read_sid(cursor, domain), ace.trustee);
  if (!done) return std::unexpected(std::move(*error));
  if (cursor.sees(";")) return cursor.fail("a seventh field: conditions and attributes are not supported");
  if (!cursor.skip(")")) return cursor.fail("an entry ends with a parenthesis");
  return ace;
}

}  // namespace winrmd::sddl
