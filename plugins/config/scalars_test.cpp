#include <thread>

#include "setting.hpp"
#include "testing/tree_world.hpp"

namespace config_tree {
namespace {

class Scalars : public TreeWorld {};

TEST_F(Scalars, AreShownAsWindowsShowsThem) {
  EXPECT_EQ(
      tree().get(at("")).value(),
      "<cfg:Config xmlns:cfg=\"http://schemas.microsoft.com/wbem/wsman/1/config\" xml:lang=\"en-US\">"
      "<cfg:MaxEnvelopeSizekb>500</cfg:MaxEnvelopeSizekb><cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms>"
      "<cfg:MaxBatchItems>32000</cfg:MaxBatchItems><cfg:MaxProviderRequests>4294967295</cfg:MaxProviderRequests>"
      "<cfg:Client><cfg:NetworkDelayms>5000</cfg:NetworkDelayms><cfg:URLPrefix>wsman</cfg:URLPrefix>"
      "<cfg:AllowUnencrypted>false</cfg:AllowUnencrypted><cfg:Auth><cfg:Basic>true</cfg:Basic>"
      "<cfg:Digest>true</cfg:Digest><cfg:Kerberos>true</cfg:Kerberos><cfg:Negotiate>true</cfg:Negotiate>"
      "<cfg:Certificate>true</cfg:Certificate><cfg:CredSSP>false</cfg:CredSSP></cfg:Auth><cfg:DefaultPorts>"
      "<cfg:HTTP>5985</cfg:HTTP><cfg:HTTPS>5986</cfg:HTTPS></cfg:DefaultPorts><cfg:TrustedHosts></cfg:TrustedHosts>"
      "</cfg:Client><cfg:Service><cfg:RootSDDL>O:NSG:BAD:P(A;;GA;;;BA)(A;;GRGX;;;AU)</cfg:RootSDDL>"
      "<cfg:MaxConcurrentOperations>4294967295</cfg:MaxConcurrentOperations>"
      "<cfg:MaxConcurrentOperationsPerUser>1500</cfg:MaxConcurrentOperationsPerUser>"
      "<cfg:EnumerationTimeoutms>240000</cfg:EnumerationTimeoutms><cfg:MaxConnections>30</cfg:MaxConnections>"
      "<cfg:MaxPacketRetrievalTimeSeconds>120</cfg:MaxPacketRetrievalTimeSeconds>"
      "<cfg:AllowUnencrypted>true</cfg:AllowUnencrypted><cfg:Auth><cfg:Basic>true</cfg:Basic>"
      "<cfg:Kerberos>false</cfg:Kerberos><cfg:Negotiate>false</cfg:Negotiate><cfg:Certificate>false</cfg:Certificate>"
      "<cfg:CredSSP>false</cfg:CredSSP><cfg:CbtHardeningLevel>Relaxed</cfg:CbtHardeningLevel></cfg:Auth>"
      "<cfg:DefaultPorts><cfg:HTTP>5985</cfg:HTTP><cfg:HTTPS>5986</cfg:HTTPS></cfg:DefaultPorts>"
      "<cfg:IPv4Filter>*</cfg:IPv4Filter><cfg:IPv6Filter>*</cfg:IPv6Filter>"
      "<cfg:EnableCompatibilityHttpListener>false</cfg:EnableCompatibilityHttpListener>"
      "<cfg:EnableCompatibilityHttpsListener>false</cfg:EnableCompatibilityHttpsListener>"
      "<cfg:CertificateThumbprint></cfg:CertificateThumbprint><cfg:AllowRemoteAccess>false</cfg:AllowRemoteAccess>"
      "</cfg:Service><cfg:Winrs><cfg:AllowRemoteShellAccess>false</cfg:AllowRemoteShellAccess>"
      "<cfg:IdleTimeout>7200000</cfg:IdleTimeout><cfg:MaxConcurrentUsers>2147483647</cfg:MaxConcurrentUsers>"
      "<cfg:MaxShellRunTime>2147483647</cfg:MaxShellRunTime>"
      "<cfg:MaxProcessesPerShell>2147483647</cfg:MaxProcessesPerShell>"
      "<cfg:MaxMemoryPerShellMB>2147483647</cfg:MaxMemoryPerShellMB>"
      "<cfg:MaxShellsPerUser>30</cfg:MaxShellsPerUser></cfg:Winrs></cfg:Config>");
}

TEST_F(Scalars, HaveResourcesForTheirParts) {
  EXPECT_EQ(tree().get(at("/Service/DefaultPorts")).value(),
            "<cfg:DefaultPorts xmlns:cfg=\"http://schemas.microsoft.com/wbem/wsman/1/config/service/defaultports\" "
            "xml:lang=\"en-US\"><cfg:HTTP>5985</cfg:HTTP><cfg:HTTPS>5986</cfg:HTTPS></cfg:DefaultPorts>");
  for (const auto* part : {"/client", "/client/auth", "/client/defaultports", "/service", "/service/auth", "/winrs"}) {
    EXPECT_TRUE(tree().get(at(part))) << part;
  }
}

TEST_F(Scalars, AreNowhereElse) {
  EXPECT_EQ(refusal(tree().get(at("/nothing"))).first, ERROR_WSMAN_INVALID_RESOURCE_URI);
  EXPECT_EQ(refusal(tree().get(at("x"))).first, ERROR_WSMAN_INVALID_RESOURCE_URI);
  EXPECT_EQ(refusal(tree().get({.resource = "http://example/"})).first, ERROR_WSMAN_INVALID_RESOURCE_URI);
  EXPECT_EQ(refusal(tree().get(at("", {{"Name", "x"}}))).first, ERROR_WSMAN_UNEXPECTED_SELECTORS);
  EXPECT_EQ(refusal(tree().enumerate(at(""))).first, ERROR_WSMAN_ACTION_NOT_SUPPORTED);
  EXPECT_EQ(refusal(tree().create(at("/service"))).first, ERROR_WSMAN_ACTION_NOT_SUPPORTED);
  EXPECT_EQ(refusal(tree().remove(at("/winrs"))).first, ERROR_WSMAN_ACTION_NOT_SUPPORTED);
}

TEST_F(Scalars, AreWrittenWhereTheyStand) {
  const auto expected = text_with("max_connections = 30", "max_connections = 77");
  const auto shown = put("/service", "Service", "<MaxConnections> 077 </MaxConnections>");
  ASSERT_TRUE(shown) << shown.error().text;
  EXPECT_TRUE(shown->contains("<cfg:MaxConnections>77</cfg:MaxConnections>"));
  EXPECT_EQ(text(), expected);
}

TEST_F(Scalars, AreAddedWithTheUnitOfTheFile) {
  const auto expected = text() + "request_read_timeout = \"90s\"\n" + "enumeration_idle_timeout = \"1500ms\"\n";
  ASSERT_TRUE(put("/service", "service",
                  "<MaxPacketRetrievalTimeSeconds>90</MaxPacketRetrievalTimeSeconds>"
                  "<EnumerationTimeoutms>1500</EnumerationTimeoutms>"));
  EXPECT_EQ(text(), expected);
}

TEST_F(Scalars, GoToTheApplicationThatHasItsOwn) {
  write(text_with("path = \"wsman\"\n", "path = \"wsman\"\nmax_envelope_size_kb = 150\n"));
  EXPECT_TRUE(tree().get(at(""))->contains("<cfg:MaxEnvelopeSizekb>150<"));
  const auto expected = text_with("= 150", "= 200");
  ASSERT_TRUE(put("", "Config", "<MaxEnvelopeSizekb>200</MaxEnvelopeSizekb>"));
  EXPECT_EQ(text(), expected);
}

TEST_F(Scalars, AreLeftAloneWhereNothingIsDifferent) {
  auto request = at("");
  request.body = tree().get(request).value();
  EXPECT_EQ(tree().put(request).value(), request.body);
  EXPECT_EQ(text(), text_with("30  # at a time", "30  # at a time"));
}

TEST_F(Scalars, ThatCannotBeWrittenSaySo) {
  const auto before = text();
  using Refused = std::pair<DWORD, std::string>;
  EXPECT_EQ(refusal(put("/winrs", "Winrs", "<MaxShellRunTime>5</MaxShellRunTime>")),
            Refused(ERROR_WSMAN_CONFIG_READONLY_PROPERTY, "Winrs/MaxShellRunTime: cannot be changed here"));
  EXPECT_EQ(refusal(put("/service", "Service", "<MaxConcurrentOperations>5</MaxConcurrentOperations>")).first,
            ERROR_WSMAN_DEPRECATED_CONFIG_SETTING);
  EXPECT_EQ(refusal(put("/client/defaultports", "DefaultPorts", "<HTTP>65536</HTTP>")).first,
            ERROR_WSMAN_CONFIG_PORT_INVALID);
  EXPECT_EQ(refusal(put("/client/defaultports", "DefaultPorts", "<HTTP>65535</HTTP>")).first,
            ERROR_WSMAN_CONFIG_READONLY_PROPERTY);
  EXPECT_EQ(refusal(put("/service/auth", "Auth", "<CbtHardeningLevel>Lax</CbtHardeningLevel>")).first,
            ERROR_SERVICE_CBT_HARDENING_INVALID);
  EXPECT_EQ(text(), before);
}

TEST_F(Scalars, RefuseWhatIsNoRepresentation) {
  const auto refused = [&](const std::string& members) { return refusal(put("/service", "Service", members)); };
  EXPECT_EQ(refused("<Nothing>1</Nothing>").second, "Service/Nothing: there is no such setting");
  EXPECT_EQ(refused("<MaxConnections>x</MaxConnections>").second,
            "Service/MaxConnections: 'x' is no number of 32 bits");
  EXPECT_EQ(refused("<MaxConnections>-1</MaxConnections>").first, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(refused("<MaxConnections>99999999999999999999</MaxConnections>").first,
            ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(refused("<AllowUnencrypted>maybe</AllowUnencrypted>").second,
            "Service/AllowUnencrypted: 'maybe' is not true or false");
  EXPECT_EQ(refused("<MaxConnections>1</MaxConnections><MaxConnections>2</MaxConnections>").second,
            "Service/MaxConnections: is there twice");
  EXPECT_EQ(refused("<MaxConnections xmlns=\"urn:x\">1</MaxConnections>").second,
            "MaxConnections: is in another namespace");
  EXPECT_EQ(refusal(put("/service", "Client", "")).second, "Service: is expected, not Client");
  EXPECT_EQ(refusal(tree().put(at("/service"))).second, "Service: is missing");
  EXPECT_EQ(refused("<RootSDDL>nonsense</RootSDDL>").first, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
}

TEST_F(Scalars, AreChangedAllOrNone) {
  const auto before = text();
  EXPECT_FALSE(
      put("/service", "Service",
          "<MaxConnections>5</MaxConnections><MaxConcurrentOperationsPerUser>0</MaxConcurrentOperationsPerUser>"));
  EXPECT_EQ(text(), before);
}

// The limits of the table are those of the file: what the one takes the other must not refuse.
TEST_F(Scalars, TakeTheLimitsOfTheirRangesAndNothingBeyond) {
  for (const auto& setting : all_settings()) {
    if (setting.access != Access::writable || setting.kind != Kind::number) continue;
    const auto element = std::string(setting.path.substr(setting.path.rfind('/') + 1));
    const auto group = std::string(setting.path.substr(0, setting.path.find('/')));
    const bool at_top = !setting.path.contains('/');
    const auto try_value = [&](std::int64_t value) {
      std::string members = "<" + element + ">" + std::to_string(value) + "</" + element + ">";
      if (!at_top) members = "<" + group + ">" + members + "</" + group + ">";
      return put("", "Config", members);
    };
    // An idle time has to be below its ceiling, which is another setting.
    if (setting.limit.key == "shell_idle_timeout") write(text() + "max_shell_idle_timeout = \"14d\"\n");
    EXPECT_EQ(refusal(try_value(setting.least - 1)).first, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR) << setting.path;
    EXPECT_EQ(refusal(try_value(setting.most + 1)).first, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR) << setting.path;
    EXPECT_EQ(refusal(try_value(setting.least)).second, "") << setting.path;
    EXPECT_EQ(refusal(try_value(setting.most)).second, "") << setting.path;
  }
}

TEST_F(Scalars, AreAllInTheTableForPeople) {
  const auto whole = read(CONFIG_TREE_PAGE);
  const auto page = whole.substr(whole.find("\n## Settings\n"));
  for (const auto& setting : all_settings()) {
    const auto at = page.find("`" + std::string(setting.path) + "`");
    ASSERT_NE(at, std::string::npos) << setting.path;
    const auto begin = page.rfind('\n', at) + 1;
    const auto row = page.substr(begin, page.find('\n', at) - begin);
    const bool writable = setting.access == Access::writable;
    EXPECT_EQ(row.contains("read-only") || row.contains("deprecated"), !writable) << row;
    if (writable && setting.kind == Kind::number) {
      EXPECT_TRUE(row.contains(std::to_string(setting.least) + "–" + std::to_string(setting.most))) << row;
      EXPECT_TRUE(row.contains("`limits." + std::string(setting.limit.key) + "`")) << row;
    }
  }
}

TEST_F(Scalars, OfOneFragment) {
  auto request = at("");
  request.fragment = "cfg:Service/cfg:MaxConnections";
  EXPECT_EQ(
      tree().get(request).value(),
      "<cfg:MaxConnections xmlns:cfg=\"http://schemas.microsoft.com/wbem/wsman/1/config\">30</cfg:MaxConnections>");
  request.body = "<w:XmlFragment xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\">" +
                 object("MaxConnections", "31") + "</w:XmlFragment>";
  const auto expected = text_with("= 30", "= 31");
  EXPECT_TRUE(tree().put(request).value().contains(">31<"));
  EXPECT_EQ(text(), expected);
  request.fragment = "/Config/Service/MaxConnections";
  request.body = object("MaxConnections", "32");
  EXPECT_TRUE(tree().put(request).value().contains(">32<"));
}

TEST_F(Scalars, HaveNoFragmentOfAnyOtherPath) {
  auto request = at("/service");
  for (const auto* path : {"Nothing", "MaxConnections[2]", "MaxConnections[0]", "//MaxConnections", "a b", "a[x]",
                           "/Auth", "MaxConnections/text()", "2Auth", "Auth/@x", "[", "]", "a[1"}) {
    request.fragment = path;
    EXPECT_EQ(refusal(tree().get(request)).first, ERROR_WSMAN_INVALID_FRAGMENT_PATH) << path;
  }
  request.fragment = " ";
  EXPECT_EQ(refusal(tree().get(request)).first, ERROR_WSMAN_INVALID_FRAGMENT_PATH_BLANK);
  request.fragment = "MaxConnections";
  request.body = object("AllowUnencrypted", "true");
  EXPECT_EQ(refusal(tree().put(request)).first, ERROR_WSMAN_INVALID_XML_FRAGMENT);
}

TEST_F(Scalars, OfAFileThatIsBrokenOrUnreadable) {
  write("nonsense");
  EXPECT_EQ(refusal(tree().get(at(""))).first, ERROR_WSMAN_CONFIG_CORRUPTED);
  EXPECT_TRUE(refusal(tree().get(at(""))).second.contains("winrmd.toml:1"));
  std::filesystem::remove(location_.file);
  EXPECT_EQ(refusal(put("", "Config", "")).first, ERROR_WSMAN_CONFIG_CORRUPTED);
}

TEST_F(Scalars, OfAnotherApplicationAreNotGuessed) {
  location_.application = "site/wsman";
  EXPECT_TRUE(refusal(tree().get(at(""))).second.ends_with("has no application 'site/wsman'"));
}

TEST_F(Scalars, StayAsTheyAreWhereTheServiceIsReadOnly) {
  location_.read_only = true;
  EXPECT_EQ(refusal(put("", "Config", "<MaxBatchItems>1</MaxBatchItems>")).first, ERROR_WSMAN_CONFIG_READONLY_PROPERTY);
  EXPECT_TRUE(tree().get(at("")));
}

TEST_F(Scalars, AreRestoredToDefaults) {
  ASSERT_TRUE(put("", "Config",
                  "<MaxBatchItems>7</MaxBatchItems><Service><RootSDDL>D:(A;;GA;;;BA)</RootSDDL>"
                  "<Auth><CbtHardeningLevel>Strict</CbtHardeningLevel></Auth></Service>"));
  ASSERT_TRUE(text().contains("root_sddl"));
  const auto output = tree().invoke(at(""), "http://schemas.microsoft.com/wbem/wsman/1/config/Restore");
  ASSERT_TRUE(output) << output.error().text;
  EXPECT_TRUE(output->starts_with("<cfg:Restore_OUTPUT "));
  for (const auto* gone : {"max_batch_items", "root_sddl", "channel_binding", "max_connections", "basic", "allow_un"}) {
    EXPECT_FALSE(text().contains(gone)) << gone;
  }
  EXPECT_TRUE(text().contains("# at a time") && text().contains("# They are enough.")) << text();
  EXPECT_EQ(refusal(tree().invoke(at(""), "x/Format")).first, ERROR_WSMAN_ACTION_NOT_SUPPORTED);
  EXPECT_EQ(refusal(tree().invoke(at("/service"), "x/Restore")).first, ERROR_WSMAN_ACTION_NOT_SUPPORTED);
}

TEST_F(Scalars, OfTwoWritersAreBothKept) {
  const auto writer = [&](const std::string& element) {
    for (int i = 1; i <= 20; ++i) {
      const auto done = put("", "Config", "<" + element + ">" + std::to_string(500 + i) + "</" + element + ">");
      EXPECT_TRUE(done) << done.error().text;
    }
  };
  std::thread other(writer, "MaxTimeoutms");
  writer("MaxBatchItems");
  other.join();
  EXPECT_TRUE(text().contains("max_batch_items = 520\n")) << text();
  EXPECT_TRUE(text().contains("max_operation_timeout = \"520ms\"\n")) << text();
}

}  // namespace
}  // namespace config_tree
