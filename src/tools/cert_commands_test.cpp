#include "tools/cert_commands.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "lib/tls/tls.hpp"

namespace winrmd::tools {
namespace {

class CertCommands : public testing::Test {
 protected:
  CertCommands() {
    std::string pattern = testing::TempDir() + "winrmd-cert-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    request_.certificate = folder_ + "/tls.crt";
    request_.key = folder_ + "/tls.key";
  }
  ~CertCommands() override { std::filesystem::remove_all(folder_); }
  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  static unsigned mode(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777U : 0;
  }
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
  }

  std::string folder_;
  CertificateRequest request_;
};

TEST_F(CertCommands, MakeWritesWhatAListenerTakesForTheNamesOfTheHost) {
  request_.names = {"srv01.example", "10.0.0.5", "LOCALHOST", "fd00::5"};
  const auto text = make_certificate(request_);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_TRUE(tls::ServerContext::create(read(request_.certificate), read(request_.key)));
  EXPECT_EQ(mode(request_.key), 0600U);
  EXPECT_EQ(mode(request_.certificate), 0644U);
  EXPECT_EQ(files(), 2);
  const auto info = tls::describe_certificate(read(request_.certificate)).value();
  auto names = host_names();
  names.insert(names.end(), {"srv01.example", "10.0.0.5", "fd00::5"});
  EXPECT_EQ(info.names, names);
  for (const auto& part : {info.sha1, info.sha256, info.not_after, request_.certificate, request_.key}) {
    EXPECT_NE(text->find(part), std::string::npos) << part;
  }
  EXPECT_EQ(text->find("PRIVATE"), std::string::npos);
}

TEST_F(CertCommands, HostNamesHaveTheHostItselfAndLocalhostOnce) {
  const auto names = host_names();
  char host[256] = {};
  ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
  EXPECT_EQ(std::count(names.begin(), names.end(), host), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "localhost"), 1);
}

TEST_F(CertCommands, MakeWritesOverNothingUnlessItIsForced) {
  for (const auto& taken : {request_.certificate, request_.key}) {
    std::ofstream(taken) << "precious";
    const auto refused = make_certificate(request_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "'" + taken + "' is there already; --force takes its place");
    EXPECT_EQ(read(taken), "precious");
    EXPECT_EQ(files(), 1);
    std::filesystem::remove(taken);
  }
  std::ofstream(request_.key) << "old";
  ::chmod(request_.key.c_str(), 0644);
  request_.force = true;
  ASSERT_TRUE(make_certificate(request_));
  EXPECT_EQ(mode(request_.key), 0600U);
  EXPECT_TRUE(tls::ServerContext::create(read(request_.certificate), read(request_.key)));
}

TEST_F(CertCommands, MakeRefusesWhatCannotBe) {
  const auto error = [&](auto change) {
    CertificateRequest request = request_;
    change(request);
    const auto made = make_certificate(request);
    return made ? std::string("made") : made.error().message;
  };
  EXPECT_NE(error([](auto& r) { r.names = {"a b"}; }).find("'a b'"), std::string::npos);
  EXPECT_NE(error([](auto& r) { r.days = 0; }).find("days"), std::string::npos);
  EXPECT_NE(error([](auto& r) { r.key = r.certificate; }).find("a file each"), std::string::npos);
  EXPECT_NE(error([](auto& r) { r.key = "/nowhere/key"; }).find("No such file"), std::string::npos);
  EXPECT_NE(error([&](auto& r) {
              r.key = folder_;
              r.force = true;
            }).find("no ordinary file"),
            std::string::npos);
  EXPECT_EQ(files(), 0);
}

TEST_F(CertCommands, MakeCanMakeRsa) {
  request_.rsa = true;
  ASSERT_TRUE(make_certificate(request_));
  EXPECT_EQ(tls::describe_certificate(read(request_.certificate))->key, "RSA, 2048 bits");
}

TEST_F(CertCommands, ShowSaysWhatIsThereAndRefusesWhatIsNone) {
  ASSERT_TRUE(make_certificate(request_));
  const auto info = tls::describe_certificate(read(request_.certificate)).value();
  const auto text = show_certificate(request_.certificate).value();
  EXPECT_NE(text.find("SHA-1           " + info.sha1 + "\n"), std::string::npos);
  EXPECT_NE(text.find("SHA-256         " + info.sha256 + "\n"), std::string::npos);
  EXPECT_NE(text.find("localhost"), std::string::npos);
  EXPECT_FALSE(show_certificate(request_.key));
  EXPECT_FALSE(show_certificate(folder_ + "/none"));
  EXPECT_FALSE(show_certificate("/dev/zero"));
}

}  // namespace
}  // namespace winrmd::tools
