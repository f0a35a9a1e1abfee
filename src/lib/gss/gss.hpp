// The GSSAPI library: who logs in by Kerberos or NTLM, raw or within SPNEGO, and messages sealed with what came out of
// it. The library is MIT krb5, with gss-ntlmssp for NTLM; neither shows here. Calls block: they compute, and read key
// files. An object is used by one thread at a time; different objects by different threads. Errors are for the log and
// hold no secrets; a client gets one answer for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::gss {

// The mechanism that authenticates, whatever it was wrapped in.
enum class Kind : std::uint8_t { ntlm, kerberos };

// One sealed message, as two parts. `length` is what it announces as the size of its plain text: the size of the plain
// text and of the mechanism's padding, which is part of `data`.
struct Sealed {
  std::string header;
  std::string data;
  std::size_t length = 0;
};

// The state of a complete log-in that seals messages, made from what AcceptContext exported in another process.
// Messages go in order: each direction counts.
class SealedContext {
 public:
  // `exported` holds keys and stays the caller's to wipe. The first call in a process may load shared objects.
  static Result<SealedContext> import(Kind kind, std::string_view exported);
  ~SealedContext();
  SealedContext(SealedContext&&) noexcept;
  SealedContext& operator=(SealedContext&&) noexcept;

  Result<Sealed> wrap(std::string_view plain);
  // An error when anything was changed, left out, repeated, reordered, or not encrypted. The context is of no use after
  // that.
  Result<std::string> unwrap(std::string_view header, std::string_view data);

 private:
  struct Impl;
  explicit SealedContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace winrmd::gss
