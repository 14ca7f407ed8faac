using HaTools.Configuration;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>
/// Everything that a configuration can say of a service, through a whole node into the kernel, as Debian's ipvsadm reads it; and as Debian's keepalived enters it from
/// the same file.
/// </summary>
[Trait("Needs", "ipvs")]
public sealed class ServicePropertyTests
{
    private const string Conf = """
        virtual_server 10.9.0.1 80 {
            protocol TCP
            lvs_sched mh
            mh-port
            mh-fallback
            lvs_method DR
            persistence_timeout 50
            persistence_granularity 255.255.255.0
            real_server 10.9.1.1 80 {
                weight 3
                uthreshold 100
                lthreshold 50
            }
            real_server 10.9.1.2 80 {
                weight 0
                lvs_method TUN type gue port 6080 remcsum
            }
            real_server 10.9.1.3 80 {
                lvs_method TUN type gre csum
            }
            real_server 10.9.1.4 8080 {
                weight 65535
                lvs_method NAT
                uthreshold 4294967295
            }
        }
        virtual_server 10.9.0.1 5060 {
            protocol UDP
            lvs_sched sh
            flag-1
            flag-2
            ops
            lb_kind NAT
            real_server 10.9.1.1 5061 {
            }
        }
        virtual_server 10.9.0.2 5060 {
            protocol UDP
            lvs_sched wrr
            flag-3
            lb_kind NAT
            persistence_engine sip
            persistence_timeout
            real_server 10.9.1.1 5060 {
            }
        }
        virtual_server 10.9.0.1 9000 {
            protocol SCTP
            lvs_sched lc
            lb_kind TUN
            real_server 10.9.1.1 9000 {
            }
        }
        virtual_server 10.9.0.3 0 {
            protocol TCP
            lvs_sched sh
            sh-port
            sh-fallback
            lb_kind DR
            persistence_timeout 9
            real_server 10.9.1.1 0 {
            }
        }
        virtual_server 2001:db8::1 443 {
            protocol TCP
            lvs_sched rr
            lvs_method TUN type gue port 6081 csum
            persistence_timeout 30
            persistence_granularity 64
            real_server 2001:db8:1::1 443 {
            }
            real_server 10.9.1.9 443 {
            }
        }
        virtual_server fwmark 7 {
            lvs_sched dh
            lb_kind DR
            real_server 10.9.1.1 0 {
            }
        }
        virtual_server fwmark 2147483647 {
            lvs_sched nq
            ops
            lb_kind NAT
            real_server 10.9.1.1 8080 {
            }
        }
        virtual_server fwmark 8 {
            ip_family inet6
            lvs_sched sed
            lvs_method TUN type gre nocsum
            persistence_timeout 5
            persistence_granularity 48
            real_server 10.9.1.1 0 {
            }
        }
        virtual_server 10.9.0.4 80 {
            protocol TCP
            lvs_sched ovf
            lb_kind DR
            sorry_server 10.9.1.9 8080
            sorry_server_lvs_method NAT
            sorry_server_inhibit
            real_server 10.9.1.1 80 {
            }
        }

        """;

    private static readonly string[] Saved =
    [
        "-A -t 10.9.0.1:80 -s mh -p 50 -M 255.255.255.0 -b mh-fallback,mh-port",
        "-a -t 10.9.0.1:80 -r 10.9.1.1:80 -g -w 3",
        "-a -t 10.9.0.1:80 -r 10.9.1.2:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-remcsum",
        "-a -t 10.9.0.1:80 -r 10.9.1.3:80 -i -w 1 --tun-type gre --tun-csum",
        "-a -t 10.9.0.1:80 -r 10.9.1.4:8080 -m -w 65535",
        "-A -t 10.9.0.3:0 -s sh -p 9 -b sh-fallback,sh-port",
        "-a -t 10.9.0.3:0 -r 10.9.1.1:0 -g -w 1",
        "-A -t 10.9.0.4:80 -s ovf",
        "-a -t 10.9.0.4:80 -r 10.9.1.1:80 -g -w 1",
        "-a -t 10.9.0.4:80 -r 10.9.1.9:8080 -m -w 0",
        "-A -u 10.9.0.1:5060 -s sh -o -b sh-fallback,sh-port",
        "-a -u 10.9.0.1:5060 -r 10.9.1.1:5061 -m -w 1",
        "-A -u 10.9.0.2:5060 -s wrr -p 360 --pe sip -b flag-3",
        "-a -u 10.9.0.2:5060 -r 10.9.1.1:5060 -m -w 1",
        "-A --sctp-service 10.9.0.1:9000 -s lc",
        "-a --sctp-service 10.9.0.1:9000 -r 10.9.1.1:9000 -i -w 1 --tun-type ipip",
        "-A -t [2001:db8::1]:443 -s rr -p 30 -M 64",
        "-a -t [2001:db8::1]:443 -r 10.9.1.9:443 -i -w 1 --tun-type gue --tun-port 6081 --tun-csum",
        "-a -t [2001:db8::1]:443 -r [2001:db8:1::1]:443 -i -w 1 --tun-type gue --tun-port 6081 --tun-csum",
        "-A -f 7 -s dh",
        "-a -f 7 -r 10.9.1.1:0 -g -w 1",
        "-A -f 8 -6 -s sed -p 5 -M 48",
        "-a -f 8 -6 -r 10.9.1.1:0 -i -w 1 --tun-type gre --tun-nocsum",
        "-A -f 2147483647 -s nq -o",
        "-a -f 2147483647 -r 10.9.1.1:8080 -m -w 1",
    ];

    // What ipvsadm -S leaves out.
    private static readonly string[] Thresholds = ["-> 10.9.1.1:80 100 50 0 0", "-> 10.9.1.4:8080 4294967295 0 0 0"];
    private static readonly string[] Tunnels =
    [
        "-> 10.9.1.1:0 Tunnel gre:-c 1 0 0", "-> 10.9.1.1:9000 Tunnel ipip 1 0 0", "-> 10.9.1.2:80 Tunnel gue:6080:r+c 0 0 0", "-> 10.9.1.3:80 Tunnel gre:+c 1 0 0",
        "-> 10.9.1.9:443 Tunnel gue:6081:+c 1 0 0", "-> [2001:db8:1::1]:443 Tunnel gue:6081:+c 1 0 0",
    ];

    [IpvsKernelFact]
    public Task What_a_keepalived_conf_says_is_what_ipvsadm_reads() => AssertRead(Read(Conf, ConfigurationFormat.Keepalived));

    [IpvsKernelFact]
    public Task What_YAML_says_is_what_ipvsadm_reads() =>
        AssertRead(Read(HaConfigurationWriter.WriteYaml(Read(Conf, ConfigurationFormat.Keepalived)), ConfigurationFormat.Yaml));

    private static async Task AssertRead(HaConfiguration model)
    {
        using TestNode host = Director();
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        HaNode node = await stage.StartAsync(host, model);
        try
        {
            Assert.Equal(Saved.Order(StringComparer.Ordinal), SavedBy(host));
            Assert.Equal(Thresholds, Shown(host, "--thresholds").Select(OneBlank).Where(l => l.StartsWith("-> 10.", StringComparison.Ordinal) && !l.EndsWith(" 0 0 0 0", StringComparison.Ordinal)));
            Assert.Equal(Tunnels, Shown(host, "--tun-info").Where(l => l.Contains("Tunnel  ", StringComparison.Ordinal)).Select(OneBlank));
        }
        finally
        {
            await node.StopAsync();
        }

        Assert.Empty(SavedBy(host));
    }

    [IpvsKernelFact]
    public async Task Keepalived_enters_the_same_from_the_same_file()
    {
        using TestNode ours = Director(), theirs = Director();
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        string file = Path.Combine(stage.RunDirectory, "keepalived.conf"), pid = Path.Combine(stage.RunDirectory, "k.pid");
        await File.WriteAllTextAsync(file, Conf);
        await using HaNode node = await stage.StartAsync(ours, Read(Conf, ConfigurationFormat.Keepalived));
        theirs.Command("sh", "-c", $"keepalived -C -G -f {file} -p {pid} -c {pid}c >/dev/null 2>&1");
        try
        {
            string expected = Everything(ours);
            await Eventually.True(() => Everything(theirs) == expected, () => $"keepalived:\n{Everything(theirs)}\nhatools:\n{expected}");
        }
        finally
        {
            theirs.Command("kill", (await File.ReadAllTextAsync(pid)).Trim());
            await Eventually.True(() => !File.Exists(pid));
        }
    }

    private static HaConfiguration Read(string text, ConfigurationFormat format) =>
        HaConfigurationReader.ReadText(text, "t", format, strict: false).Configuration ?? throw new InvalidOperationException("The text has errors.");

    private static TestNode Director()
    {
        var host = new TestNode("director");
        _ = host.Ip("link set lo up");
        return host;
    }

    /// <summary>All that ipvsadm shows, with the servers of a service in one order: keepalived adds them in another.</summary>
    private static string Everything(TestNode host) => string.Join('\n', SavedBy(host).Concat(Shown(host, "--thresholds")).Concat(Shown(host, "--tun-info")));

    private static string[] SavedBy(TestNode host) => Lines(host.Command("ipvsadm", "-S", "-n"));

    private static string[] Shown(TestNode host, string what) => Lines(host.Command("ipvsadm", "-Ln", what));

    private static string OneBlank(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)];
}
