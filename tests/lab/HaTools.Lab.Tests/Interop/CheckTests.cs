using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary><c>hanode check</c> says what a start on this host would be refused for.</summary>
[Trait("Needs", "root")]
public sealed class CheckTests
{
    private const string Instance = """
        vrrp_instance VI_1 {
            interface INTERFACE
            virtual_router_id 51
            priority 100
            virtual_ipaddress {
                10.70.0.100/24
                10.71.0.100/24 dev DEVICE
            }
            auth_hmac {
                key 1 file:/etc/keepalived/KEY
                active_key 1
            }
        }
        """;

    private static readonly CancellationToken stop = CancellationToken.None;

    [LabFact]
    public async Task Interfaces_that_are_not_there_are_warned_of_and_keys_that_cannot_be_read_are_errors()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([new LabNodeSpec("one", "eth0", "10.70.0.1/24")], stop);
        LabNode node = lab["one"];
        node.WriteFile("/etc/keepalived/good", new string('k', 40));
        (await node.RunAsync("chmod 600 /etc/keepalived/good", stop)).OrThrow();

        CommandResult good = await CheckAsync(node, "eth0", "lo", "good");
        Assert.Equal(0, good.ExitCode);
        Assert.DoesNotContain("warning", good.Output, StringComparison.Ordinal);

        CommandResult interfaces = await CheckAsync(node, "eth7", "eth8", "good");
        Assert.Equal(0, interfaces.ExitCode);
        Assert.Contains("warning: this host has no interface eth7 (instance VI_1): a start here is refused", interfaces.Output, StringComparison.Ordinal);
        Assert.Contains("warning: this host has no interface eth8 (instance VI_1, address 10.71.0.100/24)", interfaces.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await CheckAsync(node, "eth7", "lo", "good", "--strict")).ExitCode);
        Assert.Equal(0, (await CheckAsync(node, "eth7", "lo", "good", "--strict", "global_defs {\ndynamic_interfaces\n}\n")).ExitCode);

        CommandResult keys = await CheckAsync(node, "eth0", "lo", "none");
        Assert.Equal(1, keys.ExitCode);
        Assert.Contains("error: (VI_1) auth_hmac key 1: the file /etc/keepalived/none cannot be read", keys.Output, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task Files_of_cas_that_cannot_be_read_or_hold_none_are_errors()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([new LabNodeSpec("one", "eth0", "10.70.0.1/24")], stop);
        LabNode node = lab["one"];
        node.WriteFile("/etc/keepalived/words.pem", "no certificate\n");
        CommandResult hooks = await CheckAsync(node, "node.yaml", """
            webhooks:
            - name: good
              url: http://192.0.2.1/
            - name: chat
              url: https://192.0.2.1/
              ca: /etc/keepalived/words.pem
            """);
        Assert.Equal(1, hooks.ExitCode);
        Assert.Contains("node.yaml: error: webhook chat: /etc/keepalived/words.pem: ", hooks.Output, StringComparison.Ordinal);
        CommandResult checks = await CheckAsync(node, "keepalived.conf", """
            SSL {
                ca /etc/keepalived/none.pem
            }
            virtual_server 192.0.2.1 443 {
                protocol TCP
                real_server 192.0.2.11 443 {
                    SSL_GET {
                        url {
                            path /
                            status_code 200
                        }
                    }
                }
            }
            """);
        Assert.Equal(1, checks.ExitCode);
        Assert.Contains("keepalived.conf: error: SSL", checks.Output, StringComparison.Ordinal);
        Assert.Contains("/etc/keepalived/none.pem", checks.Output, StringComparison.Ordinal);
    }

    private static Task<CommandResult> CheckAsync(LabNode node, string file, string text)
    {
        node.WriteFile($"/etc/keepalived/{file}", text + "\n");
        return node.RunAsync($"{HanodeProgram.Of($"check -f /etc/keepalived/{file}")} 2>&1", stop);
    }

    private static async Task<CommandResult> CheckAsync(LabNode node, string card, string device, string key, string option = "", string globals = "")
    {
        node.WriteFile("/etc/keepalived/keepalived.conf",
            globals + Instance.Replace("INTERFACE", card, StringComparison.Ordinal).Replace("DEVICE", device, StringComparison.Ordinal).Replace("KEY", key, StringComparison.Ordinal));
        return await node.RunAsync(
            $"export DOTNET_ROOT='{HanodeProgram.DotnetRoot}'; '{HanodeProgram.Path}' check {option} -f /etc/keepalived/keepalived.conf 2>&1", stop);
    }
}
