// What is asked of the policy service, and what it answers. docs: README.md. UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct PolicyQuestion {
  // Name and value, in order: "question" ("user" or "operation"), "user", "mechanism", "url", and for operations
  // "operation" (the number), "action" and "resource".
  std::vector<std::pair<std::string, std::string>> fields;

  // Different for questions that differ.
  std::string key() const;
  // The JSON document that is posted.
  std::string document() const;
};

struct Decision {
  bool allow = false;
  bool administrator = false;
  std::string account;  // empty: the log-in's own
  std::string reason;   // for the client, when refused
};

constexpr std::size_t max_answer_size = std::size_t{64} << 10;

// Nothing, and `error` says why, for every text that is not an answer: whoever cannot be understood has not agreed.
std::optional<Decision> parse_decision(std::string_view answer, std::string& error);
