using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Scenarios;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Services;

/// <summary>What the checks of a director say of real servers, and what its clients meet meanwhile.</summary>
[Trait("Needs", "ipvs")]
[Collection(nameof(RoutedStage))]
public sealed class HealthUnderTrafficTests(RoutedStage stage)
{
    private const int Port = 8080;
    private static readonly CancellationToken stop = CancellationToken.None;

    // Of a server that is told to be ill nginx goes on to answer: a request that reached it would be answered, and be seen.
    [IpvsFact]
    public async Task No_request_reaches_a_server_that_its_check_has_removed_nor_one_below_the_quorum_but_the_sorry_server()
    {
        await stage.BeginAsync();
        foreach (string name in ServiceStage.RealServers) await StartNginxAsync(stage.Server(name));
        await RunAsync(
            $$"""
            virtual_server {{stage.Vip}} {{Port}} {
                delay_loop 1
                lb_algo rr
                lb_kind NAT
                protocol TCP
                quorum 2
                sorry_server 10.61.0.13 {{Port}}
                real_server 10.61.0.11 {{Port}} {
                    {{HttpCheck}}
                }
                real_server 10.61.0.12 {{Port}} {
                    weight 2
                    {{HttpCheck}}
                }
            }
            """,
            async () =>
            {
                await Serve("10.61.0.11", "10.61.0.12");
                await using HttpLoad load = HttpLoad.Start(stage.Client, new HttpLoadOptions($"http://{stage.Vip}:{Port}/")
                {
                    Interval = TimeSpan.FromMilliseconds(25),
                    Timeout = TimeSpan.FromSeconds(30),
                    Sources = ServiceStage.Clients,
                });
                await Only(load, "rs1", "rs2");

                await stage.OnServerAsync("rs1", "rm /srv/health");
                await Serve("10.61.0.12");
                await Only(load, "rs2");

                await stage.OnServerAsync("rs1", "touch /srv/health");
                await Serve("10.61.0.11", "10.61.0.12");
                await Only(load, "rs1", "rs2");

                // What is left has a weight of 1, and 2 are wanted.
                await stage.OnServerAsync("rs2", "rm /srv/health");
                await Serve("10.61.0.13");
                await Only(load, "rs3");

                await stage.OnServerAsync("rs2", "touch /srv/health");
                await Serve("10.61.0.11", "10.61.0.12");
                await Only(load, "rs1", "rs2");
            });
    }

    [IpvsFact]
    public async Task A_weight_that_a_program_says_turns_new_clients_away_and_no_download_breaks()
    {
        await stage.BeginAsync();
        await RunAsync(
            $$"""
            global_defs {
                script_user root
                enable_script_security
            }
            virtual_server {{stage.Vip}} 80 {
                delay_loop 1
                lb_algo wrr
                lb_kind NAT
                protocol TCP
                real_server 10.61.0.11 80 {
                    {{ProgramCheck(1)}}
                }
                real_server 10.61.0.12 80 {
                    {{ProgramCheck(2)}}
                }
            }
            """,
            async () =>
            {
                await Say(1, 3);
                await Say(2, 3);
                await Weights(3, 3);
                await using Downloads downloads = await Downloads.StartAsync(stage.Client, new DownloadOptions(stage.At(80), 20), stop);
                await Eventually.True(() => downloads.All.All(d => d.Server is not null), downloads.ToString);
                Assert.Equal("10 rs1, 10 rs2", TrafficTally.Of(downloads.All).ToString());

                await Say(1, 0);
                await Weights(0, 3);
                using (Calls calls = await stage.CallAsync(stage.At(80), 6)) Assert.Equal("6 rs2", calls.Tally.ToString());

                await Say(1, 6);
                await Weights(6, 3);
                using (Calls calls = await stage.CallAsync(stage.At(80), 9)) Assert.Equal("6 rs1, 3 rs2", calls.Tally.ToString());

                long[] before = [.. downloads.All.Select(d => d.Bytes)];
                await Eventually.True(() => downloads.All.All(d => d.Bytes > before[d.Number]), downloads.ToString);
                stage.FinishDownloads();
                await downloads.FinishAsync(stop);
                Assert.Equal("20 Whole", downloads.ToString());
            });

        // An exit code of 2 to 255 is a weight of 0 to 253.
        Task Say(int server, int weight) => stage.Director.RunAsync($"echo {weight + 2} > /run/weight.new; mv /run/weight.new /run/weight{server}", stop);
        Task Weights(int one, int two) => Eventually.True(
            () => Service(80) is { } s && s.Server("10.61.0.11:80")?.Weight == one && s.Server("10.61.0.12:80")?.Weight == two, () => stage.Director.DaemonLog);
    }

    private const string HttpCheck = """
        HTTP_GET {
            url {
                path /health
                status_code 200
            }
            connect_timeout 10
            retry 0
        }
        """;

    private static string ProgramCheck(int server) => $$"""
        MISC_CHECK {
            misc_path "/bin/sh -c 'exit $(cat /run/weight{{server}})'"
            misc_timeout 10
            misc_dynamic
        }
        """;

    private static async Task StartNginxAsync(LabNode server)
    {
        Nginx.Install(server);
        server.WriteFile("/etc/nginx/conf.d/site.conf", $$"""
            server {
                listen {{Port}};
                location = /health {
                    root /srv;
                }
                location / {
                    return 200 "{{server.Name}}\n";
                }
            }
            """);
        server.WriteFile("/srv/health", "well\n");
        await Nginx.StartAsync(server, stop);
    }

    private async Task RunAsync(string configuration, Func<Task> play)
    {
        stage.Director.UseDaemon(DirectorDaemon.Hanode);
        stage.Director.WriteFile("/etc/keepalived/keepalived.conf", configuration + "\n");
        await stage.Director.StartDaemonAsync(stop);
        try
        {
            await play();
        }
        finally
        {
            await stage.Director.StopDaemonAsync(stop);
        }
    }

    private IpvsTableService? Service(int port) => IpvsTable.Read(stage.Director).FirstOrDefault(s => s.Address == $"{stage.Vip}:{port}");

    /// <summary>Waits until the kernel's table has these servers, each with a weight, and no other.</summary>
    private Task Serve(params string[] servers) => Eventually.True(
        () => Service(Port) is { } service
            && service.Servers.Where(s => s.Weight > 0).Select(s => s.Address).Order(StringComparer.Ordinal).SequenceEqual(servers.Select(s => $"{s}:{Port}")),
        () => $"{Service(Port)}: {string.Join(", ", Service(Port)?.Servers ?? [])}\n{stage.Director.DaemonLog}");

    /// <summary>Of the requests that begin from now on all are answered, by these servers, by each of them.</summary>
    private static async Task Only(HttpLoad load, params string[] servers)
    {
        double now = load.Now;
        await Eventually.True(() => load.Since(now).Count >= 20);
        IReadOnlyList<RequestResult> results = load.Since(now);
        Assert.All(results, r => Assert.True(r.IsAnswered, r.ToString()));
        Assert.Equal(servers, results.Select(r => r.Server).Distinct().Order(StringComparer.Ordinal));
    }
}
