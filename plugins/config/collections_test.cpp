#include "lib/tls/tls.hpp"
#include "listener_group.hpp"
#include "testing/tree_world.hpp"

namespace config_tree {
namespace {

class ListenerTree : public TreeWorld {
 protected:
  static Request listener(const std::string& address, const std::string& transport) {
    return at("/listener", {{"Address", address}, {"Transport", transport}});
  }
};

TEST_F(ListenerTree, ShowsListenersAsWindowsDoes) {
  EXPECT_EQ(tree().get(listener("IP:127.0.0.1", "http")).value(),
            "<cfg:Listener xmlns:cfg=\"http://schemas.microsoft.com/wbem/wsman/1/config/listener\" xml:lang=\"en-US\">"
            "<cfg:Address>IP:127.0.0.1</cfg:Address><cfg:Transport>HTTP</cfg:Transport><cfg:Port>5985</cfg:Port>"
            "<cfg:Hostname></cfg:Hostname><cfg:Enabled>true</cfg:Enabled><cfg:URLPrefix>wsman</cfg:URLPrefix>"
            "<cfg:CertificateThumbprint></cfg:CertificateThumbprint><cfg:ListeningOn>127.0.0.1</cfg:ListeningOn>"
            "</cfg:Listener>");
  EXPECT_EQ(tree().enumerate(at("/listener"))->size(), 2U);
}

TEST_F(ListenerTree, CountsBothUnspecifiedAddressesAsOne) {
  write(text() + "[[listener]]\naddress = \"0.0.0.0\"\nport = 80\n[[listener]]\naddress = \"::\"\nport = 80\n");
  ASSERT_EQ(tree().enumerate(at("/listener"))->size(), 3U);
  auto request = listener("*", "HTTP");
  request.body = object("Listener", "<Port>81</Port>");
  ASSERT_TRUE(tree().put(request));
  EXPECT_TRUE(text().contains("\"0.0.0.0\"\nport = 81\n") && text().contains("\"::\"\nport = 81\n")) << text();
  ASSERT_TRUE(tree().remove(listener("*", "HTTP")));
  EXPECT_EQ(tree().enumerate(at("/listener"))->size(), 2U);
}

TEST_F(ListenerTree, TellsListenersOfOneAddressApartByPort) {
  write(text() + "[[listener]]\naddress = \"127.0.0.1\"\nport = 81\n");
  EXPECT_EQ(refusal(tree().get(listener("IP:127.0.0.1", "HTTP"))).first, ERROR_WSMAN_AMBIGUOUS_SELECTORS);
  auto request = listener("IP:127.0.0.1", "HTTP");
  request.selectors.push_back({"Port", "81"});
  EXPECT_TRUE(tree().get(request)->contains("<cfg:Port>81</cfg:Port>"));
  request.body = object("Listener", "<Port>82</Port>");
  EXPECT_TRUE(tree().put(request)) << "the selectors name nothing any more, but it was done";
  EXPECT_TRUE(text().contains("port = 82"));
}

TEST_F(ListenerTree, SaysWhichSelectorIsWrong) {
  EXPECT_EQ(refusal(tree().get(at("/listener"))).first, ERROR_WSMAN_INSUFFCIENT_SELECTORS);
  EXPECT_EQ(refusal(tree().get(at("/listener", {{"Name", "x"}}))).first, ERROR_WSMAN_UNEXPECTED_SELECTORS);
  EXPECT_EQ(refusal(tree().get(listener("*", "HTTP"))).first, ERROR_WSMAN_RESOURCE_NOT_FOUND);
  EXPECT_EQ(refusal(tree().create(listener("MAC:aa-bb-cc-dd-ee-ff", "HTTP"))).second,
            "a listener cannot be tied to a MAC address here; use IP:");
  EXPECT_EQ(refusal(tree().create(listener("IP:example.org", "HTTP"))).first, ERROR_WSMAN_LISTENER_ADDRESS_INVALID);
  EXPECT_EQ(refusal(tree().create(listener("IP", "HTTP"))).first, ERROR_WSMAN_LISTENER_ADDRESS_INVALID);
  EXPECT_EQ(refusal(tree().create(listener("*", "UDP"))).first, ERROR_WSMAN_INVALID_SELECTOR_VALUE);
  EXPECT_EQ(refusal(tree().create(at("/listener", {{"Transport", "HTTP"}}))).first, ERROR_WSMAN_INSUFFCIENT_SELECTORS);
}

TEST_F(ListenerTree, MakesAListener) {
  auto request = listener("IP:10.0.0.1", "HTTP");
  request.body = object("Listener", "<Port>8080</Port><Enabled>true</Enabled>");
  const auto made = tree().create(request);
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(*made, request.selectors);
  EXPECT_TRUE(text().contains("\n[[listener]]\naddress = \"10.0.0.1\"\nport = 8080\n")) << text();
  EXPECT_EQ(refusal(tree().create(request)).first, ERROR_WSMAN_ALREADY_EXISTS);
}

TEST_F(ListenerTree, MakesOneForAllAddresses) {
  ASSERT_TRUE(tree().create(listener("*", "HTTP")));
  EXPECT_TRUE(text().contains("address = \"0.0.0.0\"\nport = 5985\n")) << text();
  EXPECT_TRUE(tree().get(listener("*", "HTTP")));
}

TEST_F(ListenerTree, ChoosesACertificateByItsThumbprint) {
  const auto certificate = winrmd::tls::make_self_signed({"localhost"}, 1).value();
  std::ofstream(folder_ + "/tls.crt") << certificate.certificate_pem;
  write(text_with("/etc/tls.crt", folder_ + "/tls.crt"));
  const auto thumbprint = thumbprint_of(folder_ + "/tls.crt");
  EXPECT_EQ(thumbprint.size(), 40U);
  auto request = listener("IP:10.0.0.1", "HTTPS");
  EXPECT_EQ(refusal(tree().create(request)).first, ERROR_WSMAN_CERT_THUMBPRINT_BLANK);
  request.body = object("Listener", "<CertificateThumbprint>" + std::string(40, 'A') + "</CertificateThumbprint>");
  EXPECT_EQ(refusal(tree().create(request)).first, ERROR_WSMAN_CERT_NOT_FOUND);
  request.body = object("Listener", "<CertificateThumbprint>" + thumbprint + "</CertificateThumbprint>");
  ASSERT_TRUE(tree().create(request));
  EXPECT_TRUE(text().contains("address = \"10.0.0.1\"\nport = 5986\ntls = true\ncertificate = \"" + folder_)) << text();
  EXPECT_TRUE(tree().get(request)->contains(thumbprint));
}

TEST_F(ListenerTree, RefusesWhatAListenerCannotBe) {
  const auto refused = [&](const std::string& members) {
    auto request = listener("IP:127.0.0.1", "HTTP");
    request.body = object("Listener", members);
    return refusal(tree().put(request)).first;
  };
  EXPECT_EQ(refused("<Port>0</Port>"), ERROR_WSMAN_CONFIG_PORT_INVALID);
  EXPECT_EQ(refused("<Port>65536</Port>"), ERROR_WSMAN_CONFIG_PORT_INVALID);
  EXPECT_EQ(refused("<Port></Port>"), ERROR_WSMAN_CONFIG_PORT_INVALID);
  EXPECT_EQ(refused("<Port>65535</Port>"), DWORD{0});
  EXPECT_EQ(refused("<Enabled>false</Enabled>"), ERROR_WSMAN_CONFIG_READONLY_PROPERTY);
  EXPECT_EQ(refused("<URLPrefix>other</URLPrefix>"), ERROR_WSMAN_CONFIG_READONLY_PROPERTY);
  EXPECT_EQ(refused("<Address>*</Address>"), ERROR_WSMAN_CONFIG_READONLY_PROPERTY);
  EXPECT_EQ(refused("<CertificateThumbprint>AB</CertificateThumbprint>"),
            ERROR_WSMAN_CONFIG_THUMBPRINT_SHOULD_BE_EMPTY);
  EXPECT_EQ(refused("<Nothing/>"), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
}

TEST_F(ListenerTree, TakesBackWhatItShows) {
  auto request = listener("IP:127.0.0.1", "HTTP");
  request.body = tree().get(request).value();
  const auto before = text();
  EXPECT_TRUE(tree().put(request));
  EXPECT_EQ(text(), before);
}

TEST_F(ListenerTree, KeepsTheLastListener) {
  ASSERT_TRUE(tree().remove(listener("IP:127.0.0.1", "HTTP")));
  EXPECT_TRUE(refusal(tree().remove(listener("IP:::1", "HTTPS"))).second.contains("at least one [[listener]]"));
}

class MappingTree : public TreeWorld {
 protected:
  static Request mapping(const std::string& issuer = std::string(40, 'a'), const std::string& subject = "*@example") {
    return at("/service/certmapping", {{"Issuer", issuer}, {"Subject", subject}, {"Uri", "*"}});
  }
  [[nodiscard]] Outcome<std::vector<Selector>> make(Request request, const std::string& members) const {
    request.body = object("CertMapping", members);
    return tree().create(request);
  }
};

TEST_F(MappingTree, MakesShowsChangesAndRemovesAMapping) {
  ASSERT_TRUE(make(mapping(), "<UserName>alice</UserName><Password>secret</Password>"));
  EXPECT_TRUE(text().ends_with("\n[[login.certificate]]\nissuer = \"" + std::string(40, 'a') +
                               "\"\nsubject = \"*@example\"\nuser = \"alice\"\n"))
      << text();
  EXPECT_TRUE(tree().get(mapping())->contains("<cfg:UserName>alice</cfg:UserName><cfg:Enabled>true</cfg:Enabled>"));
  auto request = mapping();
  request.body = object("CertMapping", "<UserName>bob</UserName><Enabled>false</Enabled>");
  ASSERT_TRUE(tree().put(request));
  EXPECT_TRUE(text().contains("user = \"bob\"\nenabled = false\n")) << text();
  EXPECT_EQ(refusal(make(mapping(), "<UserName>x</UserName>")).first, ERROR_WSMAN_ALREADY_EXISTS);
  ASSERT_TRUE(tree().remove(mapping()));
  EXPECT_FALSE(text().contains("login"));
}

TEST_F(MappingTree, RefusesBadKeys) {
  const auto user = "<UserName>x</UserName>";
  EXPECT_EQ(refusal(make(mapping("ab"), user)).first, ERROR_WSMAN_CERTMAPPING_INVALIDISSUERKEY);
  EXPECT_EQ(refusal(make(mapping(std::string(40, 'g')), user)).first, ERROR_WSMAN_CERTMAPPING_INVALIDISSUERKEY);
  EXPECT_EQ(refusal(make(mapping(std::string(40, 'a'), ""), user)).first, ERROR_WSMAN_CERTMAPPING_INVALIDSUBJECTKEY);
  EXPECT_EQ(refusal(make(mapping(std::string(40, 'a'), std::string(1024, 's')), user)).first,
            ERROR_WSMAN_CERTMAPPING_INVALIDSUBJECTKEY);
  EXPECT_EQ(refusal(make(mapping(std::string(40, 'a'), std::string(1023, 's')), user)).first, DWORD{0});
  auto request = mapping();
  request.selectors[2].value = "http://a b";
  EXPECT_EQ(refusal(make(request, user)).first, ERROR_WSMAN_INVALID_SELECTOR_VALUE);
  EXPECT_EQ(refusal(make(mapping(), "<Enabled>true</Enabled>")).first, ERROR_WSMAN_CERTMAPPING_PASSWORDUSERTUPLE);
  EXPECT_EQ(refusal(make(mapping(), "<UserName>x</UserName><Subject>y</Subject>")).first,
            ERROR_WSMAN_CONFIG_CANNOT_CHANGE_CERTMAPPING_KEYS);
}

class RegistrationTree : public TreeWorld {
 protected:
  RegistrationTree() {
    std::filesystem::create_directory(folder_ + "/plugins");
    write(text_with("path = \"wsman\"\n", "path = \"wsman\"\nplugin_directory = \"" + folder_ +
                                              "/plugins\"\n\n# Ours.\n[[application.plugin]]\nname = \"Own\"\nfile = "
                                              "\"/usr/lib/own.so\"\nresources = [\"http://example/own\"] # one\n"));
  }
  static Request plugin(const std::string& name) { return at("/plugin", {{"Name", name}}); }
  [[nodiscard]] static std::string registration(const std::string& name, const std::string& file = "/bin/true") {
    return "<PlugInConfiguration xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration\" "
           "Name=\"" +
           name + "\" Filename=\"" + file + "\" SDKVersion=\"1\"><Resources><Resource ResourceUri=\"http://example/" +
           name + "\"><Capability Type=\"Shell\"/></Resource></Resources></PlugInConfiguration>";
  }
  [[nodiscard]] Outcome<std::vector<Selector>> make(const std::string& name, const std::string& body) const {
    auto request = plugin(name);
    request.body = body;
    return tree().create(request);
  }
};

TEST_F(RegistrationTree, KeepsNewPlugInsInTheFolderForThem) {
  const auto made = make("New", registration("New"));
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_TRUE(read(folder_ + "/plugins/New.xml").contains("Name=\"New\""));
  EXPECT_EQ(tree().enumerate(at("/plugin"))->size(), 2U);
  auto request = plugin("new");
  request.body = registration("New", "/bin/false");
  ASSERT_TRUE(tree().put(request));
  EXPECT_TRUE(read(folder_ + "/plugins/New.xml").contains("/bin/false"));
  EXPECT_EQ(refusal(make("New", registration("New"))).first, ERROR_WSMAN_ALREADY_EXISTS);
  ASSERT_TRUE(tree().remove(plugin("New")));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/plugins/New.xml"));
}

TEST_F(RegistrationTree, RefusesBadRegistrations) {
  EXPECT_EQ(refusal(make("New", registration("New", "true"))).first, ERROR_WSMAN_INVALID_FILEPATH);
  EXPECT_EQ(refusal(make("New", registration("New", "/nowhere.so"))).first, ERROR_WSMAN_FILE_NOT_PRESENT);
  EXPECT_EQ(refusal(make("New", registration("Other"))).first, ERROR_WSMAN_INVALID_SELECTOR_VALUE);
  EXPECT_EQ(refusal(make("New", "")).first, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(refusal(make("New", "<x/>")).first, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
}

TEST_F(RegistrationTree, SwitchesAPlugInOfTheFileButDoesNotRewriteIt) {
  auto request = plugin("Own");
  request.body = tree().get(request).value();
  const auto before = text();
  ASSERT_FALSE(tree().put(request)) << "there is no such library";
  auto body = request.body;
  body.replace(body.find("/usr/lib/own.so"), 15, "/bin/true");
  request.body = body;
  EXPECT_EQ(refusal(tree().put(request)).first, ERROR_WSMAN_CONFIG_READONLY_PROPERTY);
  EXPECT_EQ(text(), before);
  write(text_with("/usr/lib/own.so", "/bin/true"));
  body = tree().get(request).value();
  ASSERT_TRUE(body.contains("Enabled=\"true\"")) << body;
  request.body = body.replace(body.find("Enabled=\"true\""), 14, "Enabled=\"false\"");
  ASSERT_TRUE(tree().put(request));
  EXPECT_TRUE(text().contains("# one\nenabled = false\n")) << text();
  ASSERT_TRUE(tree().remove(plugin("Own")));
  EXPECT_TRUE(text().contains("# Ours.\n") && !text().contains("own")) << text();
}

TEST_F(RegistrationTree, TakesNoParts) {
  auto request = plugin("Own");
  request.fragment = "Resources";
  EXPECT_TRUE(tree().get(request));
  request.body = "<Resources/>";
  EXPECT_EQ(refusal(tree().put(request)).first, ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED);
}

TEST_F(RegistrationTree, HasADescriptorForEachResource) {
  auto request = at("/service/security", {{"Uri", "http://example/own"}});
  EXPECT_TRUE(tree().get(request)->contains("<cfg:Sddl>O:NSG:BAD:P(A;;GA;;;BA)(A;;GRGX;;;AU)</cfg:Sddl>"));
  request.body = object("Security", "<Sddl>O:NSG:BAD:P(A;;GA;;;BA)</Sddl>");
  ASSERT_TRUE(tree().put(request)) << refusal(tree().put(request)).second;
  EXPECT_TRUE(text().contains("security = [{ sddl = \"O:NSG:BAD:P(A;;GA;;;BA)\" }]")) << text();
  request.body = object("Security", "<Sddl>O:NSG:BAD:P(A;;GR;;;AU)</Sddl>");
  ASSERT_TRUE(tree().put(request));
  EXPECT_TRUE(text().contains("security = [{ sddl = \"O:NSG:BAD:P(A;;GR;;;AU)\" }]")) << text();
  request.body = object("Security", "<Sddl>nonsense</Sddl>");
  EXPECT_EQ(refusal(tree().put(request)).first, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  request.body = object("Security", "<Uri>http://example/other</Uri>");
  EXPECT_EQ(refusal(tree().put(request)).first, ERROR_WSMAN_CONFIG_READONLY_PROPERTY);
  EXPECT_EQ(refusal(tree().create(request)).first, ERROR_WSMAN_ACTION_NOT_SUPPORTED);
}

TEST_F(RegistrationTree, ChangesTheDescriptorInARegistration) {
  ASSERT_TRUE(make("New", registration("New")));
  auto request = at("/service/security", {{"Uri", "http://example/New"}});
  request.body = object("Security", "<Sddl>O:NSG:BAD:P(A;;GA;;;BA)</Sddl>");
  ASSERT_TRUE(tree().put(request));
  EXPECT_TRUE(read(folder_ + "/plugins/New.xml").contains("Sddl=\"O:NSG:BAD:P(A;;GA;;;BA)\""));
}

}  // namespace
}  // namespace config_tree
