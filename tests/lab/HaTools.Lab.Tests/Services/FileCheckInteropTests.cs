using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Services;

/// <summary>One file with tracked files, run by hanode and by Debian's keepalived, and the same numbers written into them: the kernel's tables are alike (row K16).</summary>
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

        async Task WriteAsync(string name, string text, string weights, string? ours = null)
        {
            foreach (LabNode node in both) node.WriteFile($"/etc/keepalived/{name}", text);
            await BothAsync(weights, ours);
        }

        Task BothAsync(string weights, string? ours = null) => Eventually.True(
            () => Weights(both[0]) == (ours ?? weights) && Weights(both[1]) == weights,
            () => $"{weights} is not what there is: {Weights(both[0])} and {Weights(both[1])}\n{both[0].DaemonLog}\n{both[1].DaemonLog}");
    }

    private static string Weights(LabNode node) =>
        string.Join(' ', IpvsTable.Read(node).SelectMany(s => s.Servers).Select(s => (Port: s.Address.Split(':')[1], s.Weight)).OrderBy(s => s.Port).Select(s => $"{s.Port}={s.Weight}"));

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

        """;
}
