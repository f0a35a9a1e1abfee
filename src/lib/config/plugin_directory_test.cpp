#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/config/plugin_xml.hpp"
#include "lib/config/plugin_xml/testing.hpp"
#include "lib/config/sections.hpp"
#include "lib/config/settings.hpp"
#include "lib/config/testing.hpp"

namespace winrmd::config {
namespace {

using namespace testing;

class PluginDirectory : public Files {
 protected:
  PluginDirectory() : library_(library("p.so")) { std::filesystem::create_directory(folder_ + "/d"); }

  // A registration on lines 1 (head), 2 (library) and 3 (resource).
  std::string plugin(std::string_view name, std::string_view uri, std::string_view attributes = "",
                     std::string_view file = "") {
    return "<PlugInConfiguration " + std::string(plugin_xmlns) + " Name=\"" + std::string(name) +
           "\" SDKVersion=\"1\" " + std::string(attributes) + "\nFilename=\"" +
           (file.empty() ? library_ : std::string(file)) + "\">\n" +
           resources("<Resource ResourceUri=\"" + std::string(uri) + "\"><Capability Type=\"Shell\"/></Resource>") +
           "</PlugInConfiguration>";
  }
  Result<Settings> load_with(std::string_view more = "") {
    return load(write("c.toml", with_application("plugin_directory = \"" + folder_ + "/d\"\n" + std::string(more))));
  }
  std::string refusal(std::string_view more = "") {
    const auto settings = load_with(more);
    EXPECT_FALSE(settings);
    return settings ? "" : settings.error().message;
  }
  // The error without the folder's name.
  std::string short_refusal(std::string_view more = "") {
    auto text = refusal(more);
    for (auto at = text.find(folder_); at != std::string::npos; at = text.find(folder_)) text.erase(at, folder_.size());
    return text;
  }
  std::string library_;
};

TEST_F(PluginDirectory, ItsXmlFilesArePluginsInTheOrderOfTheirNames) {
  write("d/20-b.xml", plugin("B", "b:b"));
  write("d/10-c.xml", plugin("C", "c:c"));
  write("d/.#20-b.xml", "an editor's");
  write("d/README", "not XML");
  write("d/20-b.xml.bak", "neither");
  const auto settings =
      load_with("[[application.plugin]]\nname = \"A\"\nfile = \"" + library_ + "\"\nresources = [\"a:a\"]");
  ASSERT_TRUE(settings) << settings.error().message;
  const auto& plugins = settings->applications[0].plugins;
  ASSERT_EQ(plugins.size(), 3U);
  EXPECT_EQ(plugins[0].name, "A");
  EXPECT_EQ(plugins[1].name, "C");
  EXPECT_EQ(plugins[2].name, "B");
  EXPECT_EQ(plugins[1].source, folder_ + "/d/10-c.xml");
  EXPECT_EQ(plugins[0].source, folder_ + "/c.toml");
}

TEST_F(PluginDirectory, MayBeEmptyAndMustBeThere) {
  EXPECT_TRUE(load_with());
  std::filesystem::remove(folder_ + "/d");
  EXPECT_EQ(short_refusal(), "/c.toml:7: application.plugin_directory: cannot open '/d': No such file or directory");
  write("d", "a file");
  EXPECT_EQ(short_refusal(), "/c.toml:7: application.plugin_directory: cannot open '/d': Not a directory");
}

TEST_F(PluginDirectory, AnErrorNamesTheFileThatHasIt) {
  write("d/a.xml", plugin("A", "a:a"));
  write("d/b.xml", plugin("B", "none"));
  EXPECT_EQ(short_refusal(), "/d/b.xml:3: Resource/@ResourceUri: 'none' is no URI");
}

TEST_F(PluginDirectory, ANameOrUriThatIsThereTwiceIsSaidWithBothPlaces) {
  write("d/a.xml", plugin("A", "a:a"));
  write("d/b.xml", plugin("A", "b:b"));
  EXPECT_EQ(short_refusal(), "/d/b.xml:1: PlugInConfiguration/@Name: another plug-in is called 'A', at /d/a.xml:1");
  write("d/b.xml", plugin("B", "A:a"));
  EXPECT_EQ(short_refusal(), "/d/b.xml:3: Resource/@ResourceUri: 'A:a' belongs to a plug-in already, at /d/a.xml:3");
  std::filesystem::remove(folder_ + "/d/b.xml");
  EXPECT_EQ(short_refusal("[[application.plugin]]\nname = \"A\"\nfile = \"" + library_ + "\"\nresources = [\"x:x\"]"),
            "/d/a.xml:1: PlugInConfiguration/@Name: another plug-in is called 'A', at /c.toml:9");
}

TEST_F(PluginDirectory, APluginOfAnotherApplicationMayHaveTheSameNameAndUri) {
  write("d/a.xml", plugin("A", "a:a"));
  EXPECT_TRUE(load_with("[[application]]\npath = \"other\"\nplugin_directory = \"" + folder_ + "/d\"\n"));
}

TEST_F(PluginDirectory, TheLibraryMustBeThereAndBeOne) {
  write("d/a.xml", plugin("A", "a:a", "", "/nowhere/p.so"));
  EXPECT_EQ(short_refusal(),
            "/d/a.xml:2: PlugInConfiguration/@Filename: there is no file '/nowhere/p.so' "
            "(ERROR_WSMAN_FILE_NOT_PRESENT)");
  write("d/a.xml", plugin("A", "a:a", "", write("text.so", "text")));
  EXPECT_EQ(short_refusal(), "/d/a.xml:2: PlugInConfiguration/@Filename: '/text.so' is not a shared library");
}

TEST_F(PluginDirectory, ADisabledPluginNeedsNoLibraryAndNoAccount) {
  write("d/a.xml", plugin("A", "a:a", "Enabled=\"false\" RunAsUser=\"no such account\"", "/nowhere/p.so"));
  const auto settings = load_with();
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_FALSE(settings->applications[0].plugins.at(0).enabled);
}

TEST_F(PluginDirectory, TheAccountMustBeThere) {
  write("d/a.xml", plugin("A", "a:a", "RunAsUser=\"no such account\""));
  EXPECT_EQ(short_refusal(), "/d/a.xml:1: PlugInConfiguration/@RunAsUser: there is no account 'no such account'");
  write("d/a.xml", plugin("A", "a:a", "RunAsUser=\"root\""));
  EXPECT_TRUE(load_with());
}

TEST_F(PluginDirectory, PluginsAreLimitedInNumberAndSize) {
  const auto fill = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      write("d/" + std::to_string(i) + ".xml", plugin(std::to_string(i), "a:" + std::to_string(i)));
    }
  };
  fill(max_plugins);
  EXPECT_TRUE(load_with());
  EXPECT_EQ(short_refusal("[[application.plugin]]\nname = \"A\"\nfile = \"" + library_ + "\"\nresources = [\"x:x\"]"),
            "/c.toml:8: application.plugin: there are 65, 64 at most");
  fill(max_plugins + 1);
  EXPECT_EQ(short_refusal(), "/c.toml:7: application.plugin_directory: '/d' holds more than 64 files *.xml");
  std::filesystem::remove_all(folder_ + "/d");
  write("d/a.xml", std::string(max_plugin_xml + 1, ' '));
  EXPECT_EQ(short_refusal(), "/c.toml:7: application.plugin_directory: '/d': 'a.xml' is larger than 1048576 bytes");
}

TEST_F(PluginDirectory, RootTakesNothingThatOthersCanChange) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  namespace fs = std::filesystem;
  const auto file = write("d/a.xml", plugin("A", "a:a"));
  ASSERT_TRUE(load_with());
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(short_refusal(),
            "/c.toml:7: application.plugin_directory: '/d': 'a.xml' can be changed by others than root");
  fs::permissions(file, fs::perms(0644));
  fs::permissions(folder_ + "/d", fs::perms::group_write, fs::perm_options::add);
  EXPECT_EQ(short_refusal(), "/c.toml:7: application.plugin_directory: '/d' can be changed by others than root");
  fs::permissions(folder_ + "/d", fs::perms(0755));
  ASSERT_TRUE(load_with());
  ASSERT_EQ(::chown(file.c_str(), 1, 0), 0);
  EXPECT_TRUE(refusal().ends_with("can be changed by others than root"));
}

TEST_F(PluginDirectory, OnlyRegularFilesAreRead) {
  std::filesystem::create_directory(folder_ + "/d/a.xml");
  EXPECT_EQ(short_refusal(), "/c.toml:7: application.plugin_directory: '/d': 'a.xml' is not a regular file");
  std::filesystem::remove(folder_ + "/d/a.xml");
  std::filesystem::create_symlink("/nowhere", folder_ + "/d/a.xml");
  EXPECT_TRUE(refusal().ends_with("cannot open 'a.xml': No such file or directory"));
}

TEST_F(PluginDirectory, GroupsOfAdministratorsAreLookedUp) {
  const auto settings = load_with("administrator_groups = [\"root\"]");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->applications[0].administrator_gids, std::vector<std::uint32_t>{0});
  EXPECT_EQ(short_refusal("administrator_groups = [\"root\", \"no such group\"]"),
            "/c.toml:8: application.administrator_groups: there is no group 'no such group'");
}

}  // namespace
}  // namespace winrmd::config
