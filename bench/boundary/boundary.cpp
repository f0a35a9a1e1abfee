// What it costs to go through the boundary into a plug-in: between winrmd-net and winrmd-host, and inside the host.
// Every figure is the median over rounds in which it takes turns with its peer, on the same machine at the same time.
//   boundary WINRMD-HOST PLUGIN.so [ROUNDS [SECONDS]]
#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#define WSMAN_API_VERSION_1_1
#include <wsman.h>

#include "host_process.hpp"

namespace winrmd::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds = 1.0;
int rounds = 3;

double elapsed(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// How often `act` goes in the time there is; it is asked in batches so that the clock costs nothing.
double rate(const std::function<void()>& act, unsigned batch) {
  const auto begin = Clock::now();
  double count = 0;
  while (elapsed(begin) < seconds) {
    for (unsigned i = 0; i < batch; ++i) act();
    count += batch;
  }
  return count / elapsed(begin);
}

using Contestants = std::vector<std::pair<std::string, std::function<double()>>>;

// The medians, by name.
std::map<std::string, double> take_turns(const Contestants& contestants) {
  std::map<std::string, std::vector<double>> values;
  for (int round = 0; round < rounds; ++round) {
    for (const auto& [name, measure] : contestants) values[name].push_back(measure());
  }
  std::map<std::string, double> result;
  for (auto& [name, all] : values) result[name] = median(std::move(all));
  return result;
}

// A process that sends back every `size` bytes it gets: what a call to another process costs at the least.
class Echo {
 public:
  explicit Echo(std::size_t size) : buffer_(size, 'x') {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) give_up("no socket pair");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      while (pass(ends[1], &::read) &&
             pass(ends[1], reinterpret_cast<ssize_t (*)(int, void*, std::size_t)>(&::write))) {
      }
      std::_Exit(0);
    }
    ::close(ends[1]);
    fd_ = ends[0];
  }
  ~Echo() {
    ::close(fd_);
    ::waitpid(pid_, nullptr, 0);
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;
  void call() {
    if (::write(fd_, buffer_.data(), buffer_.size()) < 0 || !pass(fd_, &::read)) give_up("the echo is gone");
  }

 private:
  bool pass(int fd, ssize_t (*move)(int, void*, std::size_t)) {
    for (std::size_t done = 0; done < buffer_.size();) {
      const auto n = move(fd, buffer_.data() + done, buffer_.size() - done);
      if (n <= 0) return false;
      done += static_cast<std::size_t>(n);
    }
    return true;
  }

  std::string buffer_;
  int fd_ = -1;
  pid_t pid_ = 0;
};

// Bytes per second from another process that does nothing but write pieces of that size.
double pipe_throughput(std::size_t size) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) give_up("no socket pair");
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    const std::string piece(size, 'x');
    while (::send(ends[1], piece.data(), piece.size(), MSG_NOSIGNAL) > 0) {
    }
    std::_Exit(0);
  }
  ::close(ends[1]);
  std::string buffer(64 << 10, '\0');
  const auto begin = Clock::now();
  double bytes = 0;
  while (elapsed(begin) < seconds) bytes += static_cast<double>(::read(ends[0], buffer.data(), buffer.size()));
  const double result = bytes / elapsed(begin);
  ::close(ends[0]);
  ::waitpid(pid, nullptr, 0);
  return result;
}

double received_bytes(HostProcess& host, const std::string& command, std::uint32_t at_once) {
  const auto message = stream_receive("S", command, at_once);
  const auto begin = Clock::now();
  double bytes = 0;
  while (elapsed(begin) < seconds) {
    for (const auto& chunk : host.ask<ipc::Received>(message).chunks) bytes += static_cast<double>(chunk.data.size());
  }
  return bytes / elapsed(begin);
}

void measure_calls(const std::string& program, const std::string& plugin) {
  HostProcess authorization(program, {plugin}, true);
  HostProcess shells(program, {plugin}, false);
  open_shell(shells, "S");
  open_command(shells, "S", "SMALL", "64");
  const auto question = authz_operation("http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd");
  const auto receive = stream_receive("S", "SMALL", 64);
  Echo echo(ipc::encode(question, 1).size());
  const auto medians = take_turns({
      {"echo", [&] { return rate([&] { echo.call(); }, 16); }},
      {"authz", [&] { return rate([&] { authorization.ask<ipc::AuthzCompleted>(question); }, 16); }},
      {"authz 16",
       [&] {
         return 16 * rate(
                         [&] {
                           for (int i = 0; i < 16; ++i) authorization.send(question);
                           for (int i = 0; i < 16; ++i) authorization.receive();
                         },
                         1);
       }},
      {"receive", [&] { return rate([&] { shells.ask<ipc::Received>(receive); }, 16); }},
  });
  const double floor = medians.at("echo");
  std::puts("| calls, one after the other | per second | of the bare echo |\n|---|---|---|");
  const auto row = [&](const char* what, const char* name) {
    std::printf("| %s | %.0f | %.2f |\n", what, medians.at(name), medians.at(name) / floor);
  };
  row("echo of the same bytes by another process, no host", "echo");
  row("WSManPluginAuthzOperation", "authz");
  row("WSManPluginAuthzOperation, 16 at a time", "authz 16");
  row("Receive of a shell, 64 bytes ready", "receive");
}

// What the host's threads do for a call, beside the call.
void measure_overhead(const std::string& program, const std::string& plugin) {
  void* const library = ::dlopen(plugin.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) give_up(::dlerror());
  const auto function =
      reinterpret_cast<WSMAN_PLUGIN_AUTHORIZE_OPERATION>(::dlsym(library, "WSManPluginAuthzOperation"));
  const auto question = authz_operation("http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd");
  WSMAN_SENDER_DETAILS sender{};
  HostProcess host(program, {plugin}, true);
  host.ask<ipc::AuthzCompleted>(question);
  const auto medians = take_turns({
      // No host is in this process, so its completion finds nobody and returns at once.
      {"direct", [&] { return 1e6 / rate([&] { function(nullptr, &sender, 0, 8, u"urn:a", u"urn:r"); }, 1024); }},
      {"host",
       [&] {
         const auto before = host.cpu_microseconds();
         double calls = 0;
         rate(
             [&] {
               host.ask<ipc::AuthzCompleted>(question);
               ++calls;
             },
             16);
         return (host.cpu_microseconds() - before) / calls;
       }},
  });
  std::printf("\n| WSManPluginAuthzOperation | CPU µs |\n|---|---|\n| called directly | %.3f |\n",
              medians.at("direct"));
  std::printf("| in a host: channel, threads, structures, and the call | %.1f |\n", medians.at("host"));
}

void measure_bytes(const std::string& program, const std::string& plugin) {
  HostProcess host(program, {plugin}, false);
  open_shell(host, "S");
  for (const char* size : {"64", "4096", "65536"}) open_command(host, "S", size, size);
  std::puts(
      "\n| WSManPluginReceiveResult, piece | MB/s | calls/s | of a bare socket with such pieces |\n|---|---|---|---|");
  for (const std::size_t size : {64UZ, 4096UZ, 65536UZ}) {
    const auto medians = take_turns({
        {"bare", [size] { return pipe_throughput(size); }},
        {"host", [&] { return received_bytes(host, std::to_string(size), 375'000); }},
    });
    std::printf("| %zu bytes | %.0f | %.0f | %.2f |\n", size, medians.at("host") / 1e6,
                medians.at("host") / static_cast<double>(size), medians.at("host") / medians.at("bare"));
  }
}

// Memory of the host for each request that a plug-in has not answered.
void measure_memory(const std::string& program, const std::string& plugin) {
  constexpr std::size_t outstanding = 4000;
  std::puts("\n| outstanding | bytes of the host for each |\n|---|---|");
  {
    HostProcess host(program, {plugin}, true);
    host.ask<ipc::AuthzCompleted>(authz_operation("first"));
    const auto before = host.resident_bytes();
    for (std::size_t i = 0; i < outstanding; ++i) host.send(authz_operation("hold"));
    host.ask<ipc::AuthzCompleted>(authz_operation("last"));
    std::printf("| WSManPluginAuthzOperation | %.0f |\n",
                static_cast<double>(host.resident_bytes() - before) / static_cast<double>(outstanding));
  }
  HostProcess host(program, {plugin}, false);
  open_shell(host, "S");
  open_command(host, "S", "0", "hold");
  const auto before = host.resident_bytes();
  for (std::size_t i = 1; i <= outstanding; ++i) {
    const auto command = std::to_string(i);
    open_command(host, "S", command, "hold");
    host.send(stream_receive("S", command, 1000));
  }
  open_command(host, "S", "last", "hold");
  std::printf("| a command and its Receive | %.0f |\n",
              static_cast<double>(host.resident_bytes() - before) / static_cast<double>(outstanding));
}

void measure_loading(const std::string& program, const std::string& plugin) {
  constexpr std::size_t count = 100;
  const auto folder = std::filesystem::temp_directory_path() / ("winrmd-boundary-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::vector<std::string> files;
  for (std::size_t i = 0; i < count; ++i) {
    files.push_back(folder / (std::to_string(i) + ".so"));
    std::filesystem::copy_file(plugin, files.back());
  }
  const auto bare = [&] {
    const auto begin = Clock::now();
    const pid_t pid = ::fork();
    if (pid == 0) {
      for (const auto& file : files) {
        if (::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) std::_Exit(1);
      }
      std::_Exit(0);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (status != 0) give_up("a copy of the plug-in does not load");
    return elapsed(begin);
  };
  const auto one_host = [&] {
    const auto begin = Clock::now();
    HostProcess host(program, files, false);
    for (std::size_t i = 0; i < count; ++i) open_shell(host, std::to_string(i), std::to_string(i));
    return elapsed(begin);
  };
  const auto many_hosts = [&] {
    const auto begin = Clock::now();
    std::vector<std::unique_ptr<HostProcess>> hosts;
    for (const auto& file : files) hosts.push_back(std::make_unique<HostProcess>(program, std::vector{file}, false));
    for (const auto& host : hosts) open_shell(*host, "S");
    const double taken = elapsed(begin);
    return taken;
  };
  const auto medians = take_turns({{"bare", bare}, {"one", one_host}, {"many", many_hosts}});
  std::filesystem::remove_all(folder);
  std::puts("\n| 100 plug-ins, each with a shell | ms | times of it |\n|---|---|---|");
  const auto row = [&](const char* what, const char* name) {
    std::printf("| %s | %.1f | %.1f |\n", what, medians.at(name) * 1e3, medians.at(name) / medians.at("bare"));
  };
  row("dlopen of 100 libraries in a fork, no host, no shells", "bare");
  row("in one host", "one");
  row("a host for each", "many");
}

}  // namespace
}  // namespace winrmd::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: boundary WINRMD-HOST PLUGIN.so [ROUNDS [SECONDS]]\n", stderr);
    return 2;
  }
  namespace bench = winrmd::bench;
  if (argc > 3) bench::rounds = std::max(1, std::atoi(argv[3]));
  if (argc > 4) bench::seconds = std::max(0.1, std::atof(argv[4]));
  bench::measure_calls(argv[1], argv[2]);
  bench::measure_overhead(argv[1], argv[2]);
  bench::measure_bytes(argv[1], argv[2]);
  bench::measure_memory(argv[1], argv[2]);
  bench::measure_loading(argv[1], argv[2]);
  return 0;
}
