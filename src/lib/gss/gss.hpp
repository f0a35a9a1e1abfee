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

// Tells the library, by the environment of this process, to take no answers of LM and NTLM version 1 and what this host
// is called. Once, before the process has a second thread.
void set_up_process();

// What log-ins are checked with. Empty: no such mechanism. The files are opened for each log-in.
struct KeyFiles {
  std::string keytab;     // Kerberos keys of this host; whichever service a client asks for will do
  std::string ntlm_file;  // NT hashes, see lib/users/ntlm_file.hpp
};

// A host without an Active Directory domain calls its domain this in the NTLM challenge; clients send it back as if it
// were theirs.
inline constexpr std::string_view ntlm_domain = "WORKSTATION";

// Tokens of clients; larger ones are refused unread. A Kerberos ticket with the groups of a large domain has some 48
// KB.
inline constexpr std::size_t max_token_size = 65536;

// Does the token begin a log-in, rather than go on with one? By its first bytes only.
bool begins(std::string_view token);

// Who the client says it is, where the token says so before it is checked: in the last one of NTLM. UTF-8; empty where
// it does not, or not in UTF-16 and well-formed. Good for counting failures.
std::string claimed_user(std::string_view token);

enum class Progress : std::uint8_t { more, complete, failed };

// What one token of the client led to.
struct Step {
  Progress progress = Progress::failed;
  std::string reply{};  // token for the client; may come with each outcome; may be empty
  std::string error{};  // why it failed, for the log
};

// Who logged in, and how.
struct Peer {
  Kind kind = Kind::ntlm;
  std::string user;            // as the client (NTLM) or the KDC writes it
  std::string domain;          // the client's word for NTLM, the realm for Kerberos; may be empty
  bool can_seal = false;       // messages can be sealed with the context, with keys that are worth it
  bool channel_bound = false;  // the client has proved that it sees our TLS certificate
};

// One log-in under way, on the side of the service.
class AcceptContext {
 public:
  enum class Accept : std::uint8_t {
    negotiate,  // Kerberos and NTLM, raw and within SPNEGO
    kerberos,   // Kerberos, raw
  };
  explicit AcceptContext(KeyFiles files, Accept accept = Accept::negotiate);
  ~AcceptContext();
  AcceptContext(AcceptContext&&) noexcept;
  AcceptContext& operator=(AcceptContext&&) noexcept;

  // Whether there are keys for this mechanism and the library serves it; the error says what is missing.
  static Result<void> check(const KeyFiles& files, Kind kind);

  // Takes the client's next token. `channel_binding` is `tls-server-end-point:` with the hash of our certificate; when
  // it is empty, what the client says about its channel is not looked at. A client that says something else fails, one
  // that says nothing does not: see Peer::channel_bound.
  Step step(std::string_view token, std::string_view channel_binding);

  // All below: only when step() was complete.
  [[nodiscard]] Result<Peer> peer() const;
  // GSS_Wrap and GSS_Unwrap of one token, as CredSSP uses them: encrypted.
  Result<std::string> wrap(std::string_view plain);
  Result<std::string> unwrap(std::string_view token);
  // The credential that the client delegated, as the bytes of a Kerberos credential cache file; empty when it delegated
  // none. A secret: the caller wipes it.
  Result<std::string> delegated();
  // The state for SealedContext::import. A secret: the caller wipes it. The context is of no use after that.
  Result<std::string> export_context();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace winrmd::gss
