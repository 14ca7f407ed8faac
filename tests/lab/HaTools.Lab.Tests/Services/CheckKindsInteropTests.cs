using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaTools.Lab.Machine;
using HaTools.Lab.Scenarios;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Services;

/// <summary>
/// One file with checks of many kinds (rows K5, K10, K11, K13, K14, L13), run by hanode as it is shipped and by Debian's keepalived, of real servers that end and come back: the kernel's tables are alike.
/// </summary>
[Trait("Needs", "ipvs")]
public sealed class CheckKindsInteropTests
{
    private const string Vip = "10.72.0.100", Other = "10.72.0.21";
    private const int Web = 443, Names = 53, NamesToo = 54, Mail = 25, Host = 7, Suspended = 8009;

    private static readonly CancellationToken stop = CancellationToken.None;

    [IpvsFact]
    public async Task Servers_that_end_and_come_back_leave_both_tables_and_return()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([Director("ours", 1, DirectorDaemon.Hanode), Director("theirs", 2, DirectorDaemon.Keepalived), Servers], stop);
        LabNode[] both = [lab["ours"], lab["theirs"]];
        LabNode servers = lab["servers"];
        await using LabProcess names = servers.Start(DnsServer), mail = servers.Start(MailServer);
        await Nginx.StartAsync(servers, stop);
        await Task.WhenAll(both.Select(n => n.StartDaemonAsync(stop)));

        // Without the address of its service the server that nobody listens at is not asked.
        await BothAsync(Web, Names, NamesToo, Mail, Host, Suspended);
        foreach (LabNode node in both) await OnAsync(node, $"ip address add {Vip}/32 dev eth0");
        await BothAsync(Web, Names, NamesToo, Mail, Host);

        await OnAsync(servers, "systemctl stop nginx");
        await BothAsync(Names, NamesToo, Mail, Host);
        await Nginx.StartAsync(servers, stop);
        await BothAsync(Web, Names, NamesToo, Mail, Host);

        await names.StopAsync();
        await BothAsync(Web, Mail, Host);
        await using LabProcess namesAgain = servers.Start(DnsServer);
        await BothAsync(Web, Names, NamesToo, Mail, Host);

        await mail.StopAsync();
        await BothAsync(Web, Names, NamesToo, Host);
        await using LabProcess mailAgain = servers.Start(MailServer);
        await BothAsync(Web, Names, NamesToo, Mail, Host);

        await OnAsync(servers, $"ip address delete {Other}/24 dev eth0");
        await BothAsync(Web, Names, NamesToo, Mail);
        await OnAsync(servers, $"ip address add {Other}/24 dev eth0");
        await BothAsync(Web, Names, NamesToo, Mail, Host);

        Task BothAsync(params int[] ports)
        {
            string wanted = string.Join(' ', ports.Order());
            return Eventually.True(
                () => both.All(n => Ports(n) == wanted),
                () => $"{wanted} is not what there is: {Ports(both[0])} and {Ports(both[1])}\n{both[0].DaemonLog}\n{both[1].DaemonLog}\n{names.Output}\n{mail.Output}");
        }
    }

    private static string Ports(LabNode node) =>
        string.Join(' ', IpvsTable.Read(node).SelectMany(s => s.Servers).Select(s => int.Parse(s.Address.Split(':')[1])).Order());

    private static async Task OnAsync(LabNode node, string line) => (await node.RunAsync(line, stop)).OrThrow();

    private static LabNodeSpec Director(string name, int number, DirectorDaemon daemon) => new(name, new LabInterface("eth0", $"10.72.0.{number}/24") { Network = "lan" })
    {
        Furnish = node =>
        {
            node.UseDaemon(daemon);
            node.WriteFile("/etc/keepalived/keepalived.conf", Configuration);
        },
    };

    private static LabNodeSpec Servers => new("servers", new LabInterface("eth0", "10.72.0.9/24", $"{Other}/24") { Network = "lan" })
    {
        Furnish = node =>
        {
            Nginx.Install(node);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using X509Certificate2 certificate = new CertificateRequest("CN=www.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            node.WriteFile("/etc/nginx/site.pem", certificate.ExportCertificatePem());
            node.WriteFile("/etc/nginx/site.key", key.ExportPkcs8PrivateKeyPem());
            node.WriteFile("/etc/nginx/conf.d/site.conf", "server {\n    listen 443 ssl;\n    ssl_certificate /etc/nginx/site.pem;\n    ssl_certificate_key /etc/nginx/site.key;\n    location / {\n        return 200 well;\n    }\n}\n");
            node.WriteFile("/etc/dnsmasq.test", "no-resolv\nno-hosts\nbind-interfaces\ninterface=eth0\nuser=root\nlocal=/test/\nhost-record=www.test,192.0.2.7\n");
            node.WriteFile("/etc/exim.test",
                """
                primary_hostname = mail.test
                spool_directory = /tmp/exim
                log_file_path = /tmp/exim/%slog
                pid_file_path = /tmp/exim/pid
                daemon_smtp_ports = 25
                tls_advertise_hosts =
                keep_environment =
                smtp_banner = mail.test
                host_lookup =
                rfc1413_query_timeout = 0s
                acl_smtp_helo = helo
                begin acl
                helo:
                  accept

                """);
        },
    };

    private static string[] DnsServer => ["dnsmasq", "--no-daemon", "--conf-file=/etc/dnsmasq.test"];

    private static string[] MailServer => ["bash", "-c", "mkdir -p -m 777 /tmp/exim; exec exim4 -C /etc/exim.test -bdf"];

    // The datagram asks for the address of www.test (RFC 1035 section 4.1): its answer has the same number, and one record.
    private const string Configuration = $$"""
        virtual_server {{Vip}} 80 {
            delay_loop 1
            lb_algo rr
            lb_kind NAT
            protocol TCP
            real_server 10.72.0.9 443 {
                SSL_GET {
                    url {
                        path /
                        status_code 200
                    }
                    connect_timeout 3
                    retry 0
                }
            }
            real_server 10.72.0.9 53 {
                DNS_CHECK {
                    type A
                    name www.test
                    connect_timeout 1
                    retry 0
                }
            }
            real_server 10.72.0.9 54 {
                UDP_CHECK {
                    connect_port 53
                    payload 1234 0100 0001 0000 0000 0000 03777777 0474657374 00 0001 0001
                    require_reply 1234 xxxx 0001 0001
                    min_reply_length 26
                    max_reply_length 100
                    connect_timeout 1
                    retry 0
                }
            }
            real_server 10.72.0.9 25 {
                SMTP_CHECK {
                    helo_name checker.test
                    connect_timeout 3
                    retry 0
                }
            }
            real_server {{Other}} 7 {
                PING_CHECK {
                    connect_timeout 1
                    retry 0
                }
            }
        }
        virtual_server {{Vip}} 8009 {
            delay_loop 1
            lb_algo rr
            lb_kind NAT
            protocol TCP
            ha_suspend
            real_server 10.72.0.9 8009 {
                TCP_CHECK {
                    connect_timeout 1
                    retry 0
                }
            }
        }

        """;
}
