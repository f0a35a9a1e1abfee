#include "tools/cert_commands.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>

#include "lib/base/fd.hpp"
#include "lib/text/ascii.hpp"
#include "lib/tls/tls.hpp"

namespace winrmd::tools {
namespace {

constexpr std::size_t largest_pem = 256U << 10;

std::unexpected<Error> failure(const std::string& path) {
  return fail(fmt::format("'{}': {}", path, std::strerror(errno)));
}

Result<void> write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(std::strerror(errno));
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::fsync(fd) != 0) return fail(std::strerror(errno));
  return {};
}

// A file beside `path` that takes its place at once, or is gone.
class NewFile {
 public:
  NewFile(std::string path, mode_t mode) : path_(std::move(path)), beside_(fmt::format("{}.{}", path_, ::getpid())) {
    fd_.reset(::open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (fd_) ::unlink(beside_.c_str());
  }

  Result<void> write(std::string_view text, mode_t mode) {
    if (!fd_) return failure(path_);
    const auto written = write_all(fd_.get(), text);
    if (!written) return fail(fmt::format("'{}': {}", path_, written.error().message));
    if (::fchmod(fd_.get(), mode) != 0) return failure(path_);
    return {};
  }
  // Unless `force` is set, fails when there is a file of that name.
  Result<void> take_place(bool force) {
    const int done = force ? ::rename(beside_.c_str(), path_.c_str()) : ::link(beside_.c_str(), path_.c_str());
    if (done != 0) return failure(path_);
    return {};
  }

 private:
  std::string path_;
  std::string beside_;
  Fd fd_;
};

std::string full_name(const std::string& host) {
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  return found->ai_canonname == nullptr ? std::string() : found->ai_canonname;
}

void add_name(std::vector<std::string>& names, const std::string& name) {
  const auto same = [&](const std::string& other) { return text::iequals(other, name); };
  if (!name.empty() && std::ranges::none_of(names, same)) names.push_back(name);
}

Result<std::string> read_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return failure(path);
  std::string text(largest_pem + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad() || text.size() > largest_pem) return fail(fmt::format("'{}' cannot be read, or is too large", path));
  return text;
}

// Nothing is made when it could not be put anywhere.
Result<void> check_places(const CertificateRequest& request) {
  if (request.certificate == request.key) return fail("certificate and key need a file each");
  for (const auto& path : {request.certificate, request.key}) {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0) continue;
    if (!S_ISREG(info.st_mode)) return fail(fmt::format("'{}' is no ordinary file", path));
    if (!request.force) return fail(fmt::format("'{}' is there already; --force takes its place", path));
  }
  return {};
}

Result<void> write_files(const CertificateRequest& request, const tls::SelfSigned& made) {
  NewFile key(request.key, 0600);
  if (auto written = key.write(made.key_pem, 0600); !written) return written;
  NewFile certificate(request.certificate, 0600);
  if (auto written = certificate.write(made.certificate_pem, 0644); !written) return written;
  if (auto placed = key.take_place(request.force); !placed) return placed;
  auto placed = certificate.take_place(request.force);
  if (!placed && !request.force) ::unlink(request.key.c_str());  // a key without its certificate is of no use
  return placed;
}

std::string advice(const CertificateRequest& request) {
  return fmt::format(
      "\nFor the service, in winrmd.toml:\n"
      "    [[listener]]\n    tls = true\n    certificate = \"{0}\"\n    key = \"{1}\"\n"
      "and then `winrmctl reload`, or a restart if the listener is new.\n\n"
      "For clients: copy {0} (not the key) to them and let them trust it:\n"
      "    Windows     Import-Certificate -FilePath tls.crt -CertStoreLocation Cert:\\LocalMachine\\Root\n"
      "    pywinrm     Session(..., ca_trust_path=\"tls.crt\")\n"
      "    Ansible     ansible_winrm_ca_trust_path: tls.crt\n"
      "    curl        --cacert tls.crt\n"
      "They must call this host by one of the names above.\n",
      request.certificate, request.key);
}

}  // namespace

std::vector<std::string> host_names() {
  std::vector<std::string> names;
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) == 0) {
    add_name(names, full_name(host.data()));
    add_name(names, host.data());
  }
  add_name(names, "localhost");
  return names;
}

Result<std::string> make_certificate(const CertificateRequest& request) {
  if (auto checked = check_places(request); !checked) return std::unexpected(checked.error());
  std::vector<std::string> names;
  for (const auto& name : host_names()) add_name(names, name);
  for (const auto& name : request.names) add_name(names, name);
  auto made =
      tls::make_self_signed(names, request.days, request.rsa ? tls::KeyKind::rsa_2048 : tls::KeyKind::ecdsa_p256);
  if (!made) return std::unexpected(made.error());
  const auto written = write_files(request, *made);
  text::wipe(made->key_pem);
  if (!written) return std::unexpected(written.error());
  auto shown = show_certificate(request.certificate);
  if (!shown) return shown;
  return fmt::format("made {} and {}\n\n{}{}", request.certificate, request.key, *shown, advice(request));
}

Result<std::string> show_certificate(const std::string& file) {
  const auto pem = read_text(file);
  if (!pem) return std::unexpected(pem.error());
  const auto info = tls::describe_certificate(*pem);
  if (!info) return fail(fmt::format("'{}': {}", file, info.error().message));
  return fmt::format(
      "subject         {}\nissuer          {}\nnames           {}\nkey             {}\nvalid           {} to {}{}\n"
      "SHA-1           {}\nSHA-256         {}\n",
      info->subject, info->self_signed ? "itself" : info->issuer, fmt::join(info->names, ", "), info->key,
      info->not_before, info->not_after, info->valid_now ? "" : " (not now)", info->sha1, info->sha256);
}

}  // namespace winrmd::tools
