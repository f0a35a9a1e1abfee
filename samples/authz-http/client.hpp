// One connection to the policy service, kept while it lasts. For one thread.
#pragma once

#include <optional>
#include <string>

#include "policy.hpp"

struct Settings;

class Client {
 public:
  // Throws std::bad_alloc.
  explicit Client(const Settings& settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Nothing, and `error` says why, unless the service answered with 200 and a document that can be understood.
  std::optional<Decision> ask(const PolicyQuestion& question, std::string& error);

 private:
  static std::size_t take(char* bytes, std::size_t size, std::size_t count, void* answer);

  void* handle_;
  void* headers_ = nullptr;
  std::string answer_;
};
