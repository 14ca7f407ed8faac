using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Services;

/// <summary>
/// One file with tracked files, run by hanode and by Debian's keepalived, and the same numbers written into them: the kernel's tables are alike (row K16), those of groups of virtual servers too (row L2).
/// </summary>
[Trait("Needs", "ipvs")]
public sealed class FileCheckInteropTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [IpvsFact]
    public async Task The_same_numbers_in_tracked_files_make_the_same_weights_and_take_the_same_servers_out()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([Director("ours", 1, DirectorDaemon.Hanode), Director("theirs", 2, DirectorDaemon.Keepalived)], stop);
        LabNode[] both = [lab["ours"], lab["theirs"]];
        await Task.WhenAll(both.Select(n => n.StartDaemonAsync(stop)));

        // At the start, as they are read: 5 and nothing.
        await BothAsync("1=15 2=25 3=0 4=10");
        await WriteAsync("load", "-3", "1=7 2=1 3=19 4=10");
        await WriteAsync("load", "0x10 and what follows", "1=26 2=58 3=0 4=10");
        await WriteAsync("load", "-2147483648", "3=2147483647 4=10", "3=65535 4=10");
        await WriteAsync("load", "1", "1=11 2=13 3=7 4=10");
        await WriteAsync("flag", "1", "1=11 2=13 3=7");
        await WriteAsync("flag", "", "1=11 2=13 3=7 4=10");

        // Members that come while a server is down have the others. (keepalived 2.2.7 puts the servers that are down into those, and leaves the service of the address that goes.)
        await WriteAsync("flag", "1", "1=11 2=13 3=7");
        string before = Groups(both[0]);
        both[0].WriteFile("/etc/keepalived/keepalived.conf", Configuration.Replace("10.71.0.101-103 80", "10.71.0.102-103 80\n    10.71.0.104 80"));
        (await both[0].RunAsync("systemctl reload keepalived", stop)).OrThrow();
        string after = before.Replace("TCP 10.71.0.101:80 10.71.0.9:5=11M\n", "").Replace("TCP 10.71.0.110", "TCP 10.71.0.104:80 10.71.0.9:5=11M\nTCP 10.71.0.110");
        await Eventually.True(() => Groups(both[0]) == after, () => $"{Groups(both[0])}\n{both[0].DaemonLog}");

        async Task WriteAsync(string name, string text, string weights, string? ours = null)
        {
            foreach (LabNode node in both) node.WriteFile($"/etc/keepalived/{name}", text);
            await BothAsync(weights, ours);
        }

        Task BothAsync(string weights, string? ours = null) => Eventually.True(
            () => Weights(both[0]) == (ours ?? weights) && Weights(both[1]) == weights && Groups(both[0]) == (ours is null ? Groups(both[1]) : Groups(both[1]).Replace($"={int.MaxValue}", "=65535")),
            () => $"{weights} is not what there is: {Weights(both[0])} and {Weights(both[1])}, or not alike:\n{Groups(both[0])}\n{Groups(both[1])}\n{both[0].DaemonLog}\n{both[1].DaemonLog}");
    }

    /// <summary>What the groups are in the kernel, with the address, port and weight of each server.</summary>
    private static string Groups(LabNode node) => string.Join('\n', IpvsTable.Read(node).Where(s => s.Address != Plain).Select(s =>
        $"{s.Protocol} {s.Address} {string.Join(' ', s.Servers.Select(d => $"{d.Address}={d.Weight}{d.Forwarding[0]}").Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal));

    private static string Weights(LabNode node) =>
        string.Join(' ', IpvsTable.Read(node).Where(s => s.Address == Plain).SelectMany(s => s.Servers).Select(s => (Port: s.Address.Split(':')[1], s.Weight)).OrderBy(s => s.Port).Select(s => $"{s.Port}={s.Weight}"));

    private static LabNodeSpec Director(string name, int number, DirectorDaemon daemon) =>
        new(name, new LabInterface("eth0", $"10.71.0.{number}/24") { Network = $"lan{number}" })
        {
            Furnish = node =>
            {
                node.UseDaemon(daemon);
                node.WriteFile("/etc/keepalived/load", "5");
                node.WriteFile("/etc/keepalived/keepalived.conf", Configuration);
            },
        };

    private const string Plain = "10.71.0.100:80";

    // The fourth goes by a file that is not there at first.
    private const string Configuration = """
        track_file load {
            file /etc/keepalived/load
        }
        track_file flag {
            file /etc/keepalived/flag
            weight 0
        }
        virtual_server 10.71.0.100 80 {
            lb_algo rr
            lb_kind NAT
            protocol TCP
            real_server 10.71.0.9 1 {
                weight 10
                FILE_CHECK {
                    track_file load
                }
            }
            real_server 10.71.0.9 2 {
                weight 10
                FILE_CHECK {
                    track_file load
                    weight 3
                }
            }
            real_server 10.71.0.9 3 {
                weight 10
                FILE_CHECK {
                    track_file load
                    weight 3 reverse
                }
            }
            real_server 10.71.0.9 4 {
                weight 10
                FILE_CHECK {
                    track_file flag
                }
            }
        }
        virtual_server_group web {
            10.71.0.101-103 80
            10.71.0.110 443
            fwmark 7
        }
        virtual_server group web {
            lb_algo rr
            lb_kind NAT
            protocol TCP
            real_server 10.71.0.9 5 {
                weight 10
                FILE_CHECK {
                    track_file load
                }
            }
            real_server 10.71.0.9 6 {
                FILE_CHECK {
                    track_file flag
                }
            }
        }
        virtual_server_group direct {
            10.71.0.120 80
            10.71.0.120 443
            fwmark 8
        }
        virtual_server group direct {
            lb_algo wrr
            lb_kind DR
            protocol TCP
            sorry_server 10.71.0.11
            real_server 10.71.0.10 {
                FILE_CHECK {
                    track_file flag
                }
            }
        }

        """;
}
