using HaTools.Engine.HostState;
using HaTools.Engine.RealServerHost;
using HaTools.Engine.VirtualInterfaces;

namespace HaTools.Engine.Tests.HostState;

/// <summary>The text of the files, which successors of other versions read.</summary>
public sealed class StateFileTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;

    private string Remembered => Path.Combine(directory, "n.state.json");

    [Fact]
    public void Virtual_interfaces_are_remembered_with_their_parameters_and_tables()
    {
        new VirtualInterfaceState
        {
            Boot = "b",
            Namespace = "net:[1]",
            Links = { ["vrrp.51"] = 7 },
            Sysctls = { ["net/ipv4/conf/eth0/arp_ignore"] = new SysctlChange("0", "1") },
            Tables = { "hatools_n" },
        }.Save(Remembered);

        Assert.Equal(
            """
            {
              "links": {
                "vrrp.51": 7
              },
              "sysctls": {
                "net/ipv4/conf/eth0/arp_ignore": {
                  "original": "0",
                  "ours": "1"
                }
              },
              "tables": [
                "hatools_n"
              ],
              "boot": "b",
              "namespace": "net:[1]"
            }
            """, File.ReadAllText(Remembered));
    }

    [Fact]
    public void A_real_server_is_remembered_with_parameters_and_addresses()
    {
        new RealServerState
        {
            Boot = "b",
            Namespace = "net:[1]",
            Sysctls = { ["net/ipv4/conf/all/arp_ignore"] = new SysctlChange("0", "1") },
            Addresses = { "192.0.2.10" },
            Tunnels = { ["tunl0"] = new TunnelChange(false) },
            Ports = { new RememberedPort(6080, false) },
        }.Save(Remembered);

        Assert.Equal(
            """
            {
              "sysctls": {
                "net/ipv4/conf/all/arp_ignore": {
                  "original": "0",
                  "ours": "1"
                }
              },
              "addresses": [
                "192.0.2.10"
              ],
              "tunnels": {
                "tunl0": {
                  "made": false
                }
              },
              "ports": [
                {
                  "port": 6080,
                  "overIpv6": false
                }
              ],
              "boot": "b",
              "namespace": "net:[1]"
            }
            """, File.ReadAllText(Remembered));
    }

    [Fact]
    public void Kernel_parameters_are_remembered_with_what_they_were_and_are()
    {
        new SysctlState { Boot = "b", Namespace = "net:[1]", Sysctls = { [SecondaryPromotion.PathOf("eth0")] = new SysctlChange("0", "1") } }.Save(Remembered);

        Assert.Equal(
            """
            {
              "sysctls": {
                "net/ipv4/conf/eth0/promote_secondaries": {
                  "original": "0",
                  "ours": "1"
                }
              },
              "boot": "b",
              "namespace": "net:[1]"
            }
            """, File.ReadAllText(Remembered));
    }

    [Fact]
    public void A_file_that_also_says_whether_it_is_empty_as_before_is_read()
    {
        var nothing = VirtualInterfaceState.Load(Remembered);
        File.WriteAllText(
            Remembered,
            $$"""
            {
              "links": {
                "vrrp.51": 7
              },
              "sysctls": {},
              "tables": [],
              "isEmpty": false,
              "boot": "{{nothing.Boot}}",
              "namespace": "{{nothing.Namespace}}"
            }
            """);

        Assert.Equal(7, VirtualInterfaceState.Load(Remembered).Links["vrrp.51"]);
    }

    [Theory]
    [InlineData("{\"links\": {\"vrrp.51\"")]
    [InlineData("null")]
    [InlineData("")]
    public void A_file_that_cannot_be_understood_is_told_and_kept_aside(string text)
    {
        Func<Action<string>, RememberedState>[] loads =
        [
            tell => VirtualInterfaceState.Load(Remembered, tell), tell => RealServerState.Load(Remembered, tell), tell => SysctlState.Load(Remembered, tell),
        ];
        foreach (Func<Action<string>, RememberedState> load in loads)
        {
            File.WriteAllText(Remembered, text);
            List<string> told = [];

            Assert.True(load(told.Add).IsEmpty);
            Assert.StartsWith($"{Remembered} cannot be understood (", Assert.Single(told), StringComparison.Ordinal);
            Assert.EndsWith($"the file is kept as {Remembered}.corrupt", told[0], StringComparison.Ordinal);
            Assert.Equal(text, File.ReadAllText(Remembered + ".corrupt"));
            Assert.False(File.Exists(Remembered));
        }
    }

    [Fact]
    public void One_that_cannot_be_kept_aside_either_is_no_reason_not_to_go_on()
    {
        File.WriteAllText(Remembered, "torn");
        _ = Directory.CreateDirectory(Remembered + ".corrupt");
        List<string> told = [];

        Assert.True(SysctlState.Load(Remembered, told.Add).IsEmpty);
        Assert.Contains($"it could not be kept as {Remembered}.corrupt (", Assert.Single(told), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
