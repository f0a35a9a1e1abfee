// Load for sealed messages, which wrk cannot do. One thread, one connection, blocking:
//
//   sealed_load PORT ntlm|spnego|kerberos seal|plain|login SECONDS BODY-FILE [USER PASSWORD]
//
// `seal` and `plain` log in once and then post the body again and again; `login` connects and logs in again and again.
// Kerberos takes its ticket from KRB5CCNAME. Prints one line: requests, elapsed seconds, median of the answer times in
// microseconds, and microseconds of CPU per request inside gss_wrap and gss_unwrap: the raw cost of sealing, once each
// way, as the server has it, too.
#include <arpa/inet.h>
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view boundary = "--Encrypted Boundary";
constexpr std::string_view protocol = "application/HTTP-SPNEGO-session-encrypted";
constexpr std::size_t ntlm_header = 16;

gss_OID_desc ntlm_mechanism{10, const_cast<char*>("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a")};
gss_OID_desc spnego_mechanism{6, const_cast<char*>("\x2b\x06\x01\x05\x05\x02")};
gss_OID_desc kerberos_mechanism{9, const_cast<char*>("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")};

[[noreturn]] void die(std::string_view what) {
  std::fprintf(stderr, "sealed_load: %.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(1);
}

void check(OM_uint32 major, const char* what) {
  if (GSS_ERROR(major)) die(std::string(what) + " failed");
}

// CPU time of this thread, in microseconds: what a busy machine does meanwhile does not count.
double cpu_micros() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double micros(Clock::duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

std::string base64(std::string_view data) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < data.size(); at += 3) {
    std::uint32_t bits = 0;
    const auto size = std::min<std::size_t>(3, data.size() - at);
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | (i < size ? static_cast<std::uint8_t>(data[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= size ? digits[bits >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

std::string from_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const int value = c >= 'A' && c <= 'Z'   ? c - 'A'
                      : c >= 'a' && c <= 'z' ? c - 'a' + 26
                      : c >= '0' && c <= '9' ? c - '0' + 52
                      : c == '+'             ? 62
                      : c == '/'             ? 63
                                             : -1;
    if (value < 0) break;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if ((have += 6) >= 8) out += static_cast<char>(bits >> (have -= 8));
  }
  return out;
}

struct Reply {
  int status = 0;
  std::string head;
  std::string body;
};

class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("cannot connect");
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(socket_); }

  Reply post(std::string_view extra, std::string_view body) {
    std::string out = "POST /wsman HTTP/1.1\r\nHost: localhost\r\n";
    out.append(extra).append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    for (std::size_t sent = 0; sent < out.size();) {
      const auto size = ::send(socket_, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
      if (size <= 0) die("the connection is gone");
      sent += static_cast<std::size_t>(size);
    }
    return receive();
  }

 private:
  void more() {
    std::array<char, 65536> buffer;
    const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (size <= 0) die("the connection is gone");
    read_.append(buffer.data(), static_cast<std::size_t>(size));
  }

  Reply receive() {
    std::size_t end = 0;
    while ((end = read_.find("\r\n\r\n")) == std::string::npos) more();
    Reply reply;
    reply.head = read_.substr(0, end + 2);
    reply.status = std::atoi(reply.head.c_str() + 9);
    const auto at = reply.head.find("Content-Length: ");
    const std::size_t length = at == std::string::npos ? 0 : std::strtoull(reply.head.c_str() + at + 16, nullptr, 10);
    while (read_.size() < end + 4 + length) more();
    reply.body = read_.substr(end + 4, length);
    read_.erase(0, end + 4 + length);
    return reply;
  }

  int socket_;
  std::string read_;
};

class Session {
 public:
  Session(std::string_view scheme, const char* user, const char* password)
      : mechanism_(scheme == "ntlm"     ? &ntlm_mechanism
                   : scheme == "spnego" ? &spnego_mechanism
                                        : &kerberos_mechanism),
        is_ntlm_(scheme != "kerberos") {
    OM_uint32 minor = 0;
    gss_buffer_desc target{14, const_cast<char*>("HTTP@localhost")};
    check(gss_import_name(&minor, &target, GSS_C_NT_HOSTBASED_SERVICE, &target_), "gss_import_name");
    if (!is_ntlm_) return;
    if (user == nullptr || password == nullptr) die("NTLM needs USER and PASSWORD");
    gss_buffer_desc name{std::strlen(user), const_cast<char*>(user)};
    gss_buffer_desc secret{std::strlen(password), const_cast<char*>(password)};
    gss_name_t who = GSS_C_NO_NAME;
    check(gss_import_name(&minor, &name, GSS_C_NT_USER_NAME, &who), "gss_import_name");
    gss_OID_set_desc set{1, mechanism_};
    check(gss_acquire_cred_with_password(&minor, who, &secret, GSS_C_INDEFINITE, &set, GSS_C_INITIATE, &credential_,
                                         nullptr, nullptr),
          "gss_acquire_cred_with_password");
    gss_release_name(&minor, &who);
    gss_OID_set_desc only{1, &ntlm_mechanism};
    if (mechanism_ == &spnego_mechanism) check(gss_set_neg_mechs(&minor, credential_, &only), "gss_set_neg_mechs");
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    OM_uint32 minor = 0;
    gss_delete_sec_context(&minor, &context_, nullptr);
    gss_release_cred(&minor, &credential_);
    gss_release_name(&minor, &target_);
  }

  void log_in(Connection& connection) {
    std::string answer;
    for (bool complete = false; !complete;) {
      const auto token = step(answer, complete);
      if (token.empty()) return;
      const auto reply = connection.post("Authorization: Negotiate " + base64(token) + "\r\n", "");
      const auto at = reply.head.find("WWW-Authenticate: Negotiate ");
      answer = at == std::string::npos ? "" : from_base64(std::string_view(reply.head).substr(at + 28));
      if (reply.status == 200) {
        if (!complete) step(answer, complete);
        return;
      }
      if (answer.empty()) die("log-in refused: " + reply.head);
    }
  }

  std::string seal(std::string_view plain) {
    const auto begin = cpu_micros();
    OM_uint32 minor = 0;
    std::string header;
    std::string data;
    if (is_ntlm_) {
      gss_buffer_desc in{plain.size(), const_cast<char*>(plain.data())};
      gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
      check(gss_wrap(&minor, context_, 1, GSS_C_QOP_DEFAULT, &in, nullptr, &out), "gss_wrap");
      header.assign(static_cast<char*>(out.value), ntlm_header);
      data.assign(static_cast<char*>(out.value) + ntlm_header, out.length - ntlm_header);
      gss_release_buffer(&minor, &out);
    } else {
      data = plain;
      std::array<gss_iov_buffer_desc, 3> iov{};
      iov[0].type = GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE;
      iov[1] = {GSS_IOV_BUFFER_TYPE_DATA, {data.size(), data.data()}};
      iov[2].type = GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE;
      check(gss_wrap_iov(&minor, context_, 1, GSS_C_QOP_DEFAULT, nullptr, iov.data(), iov.size()), "gss_wrap_iov");
      header.assign(static_cast<char*>(iov[0].buffer.value), iov[0].buffer.length);
      gss_release_iov_buffer(&minor, iov.data(), iov.size());
    }
    in_gssapi_ += cpu_micros() - begin;
    std::string out(boundary);
    out.append("\r\n\tContent-Type: ").append(protocol).append("\r\n\tOriginalContent: type=application/soap+xml;");
    out.append("charset=UTF-8;Length=").append(std::to_string(plain.size())).append("\r\n").append(boundary);
    out.append("\r\n\tContent-Type: application/octet-stream\r\n");
    for (const int shift : {0, 8, 16, 24}) out += static_cast<char>(header.size() >> shift & 0xFF);
    return out.append(header).append(data).append(boundary).append("--\r\n");
  }

  void unseal(std::string_view body) {
    static constexpr std::string_view start = "octet-stream\r\n";
    const auto at = body.find(start);
    if (at == std::string_view::npos) die("the reply is not sealed");
    body.remove_prefix(at + start.size() + 4);
    body.remove_suffix(boundary.size() + 4);
    const auto begin = cpu_micros();
    OM_uint32 minor = 0;
    gss_buffer_desc in{body.size(), const_cast<char*>(body.data())};
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    check(gss_unwrap(&minor, context_, &in, &out, nullptr, nullptr), "gss_unwrap");
    gss_release_buffer(&minor, &out);
    in_gssapi_ += cpu_micros() - begin;
  }

  [[nodiscard]] double in_gssapi() const { return in_gssapi_; }

 private:
  std::string step(const std::string& answer, bool& complete) {
    OM_uint32 minor = 0;
    gss_buffer_desc in{answer.size(), const_cast<char*>(answer.data())};
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    constexpr OM_uint32 flags =
        GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG;
    const auto major =
        gss_init_sec_context(&minor, credential_, &context_, target_, mechanism_, flags, 0, GSS_C_NO_CHANNEL_BINDINGS,
                             answer.empty() ? GSS_C_NO_BUFFER : &in, nullptr, &out, nullptr, nullptr);
    check(major, "gss_init_sec_context");
    complete = major == GSS_S_COMPLETE;
    std::string token(static_cast<char*>(out.value), out.length);
    gss_release_buffer(&minor, &out);
    return token;
  }

  gss_OID mechanism_;
  bool is_ntlm_;
  gss_name_t target_ = GSS_C_NO_NAME;
  gss_cred_id_t credential_ = GSS_C_NO_CREDENTIAL;
  gss_ctx_id_t context_ = GSS_C_NO_CONTEXT;
  double in_gssapi_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) die("PORT ntlm|spnego|kerberos seal|plain|login SECONDS BODY-FILE [USER PASSWORD]");
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  const std::string_view mode = argv[3];
  std::ifstream file(argv[5], std::ios::binary);
  const std::string body{std::istreambuf_iterator<char>(file), {}};
  const char* user = argc > 7 ? argv[6] : nullptr;
  const char* password = argc > 7 ? argv[7] : nullptr;
  const std::string sealed_type = "Content-Type: multipart/encrypted;protocol=\"" + std::string(protocol) +
                                  "\";boundary=\"Encrypted Boundary\"\r\n";

  std::vector<double> times;
  Session session(argv[2], user, password);
  Connection connection(port);
  if (mode != "login") session.log_in(connection);
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::seconds(std::atoi(argv[4]));
  while (Clock::now() < end) {
    const auto start = Clock::now();
    if (mode == "login") {
      Session fresh(argv[2], user, password);
      Connection other(port);
      fresh.log_in(other);
    } else if (mode == "plain") {
      const auto reply = connection.post("Content-Type: application/soap+xml;charset=UTF-8\r\n", body);
      if (reply.status != 200) die("refused: " + reply.head);
    } else {
      const auto reply = connection.post(sealed_type, session.seal(body));
      if (reply.status != 200) die("refused: " + reply.head);
      session.unseal(reply.body);
    }
    times.push_back(micros(Clock::now() - start));
  }
  const double elapsed = micros(Clock::now() - begin) / 1e6;
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  std::printf("%zu %.6f %.1f %.3f\n", times.size(), elapsed, times[times.size() / 2],
              session.in_gssapi() / static_cast<double>(times.size()));
}
