using HaTools.Lab.Machine;

namespace HaTools.Lab.Scenarios;

/// <summary>nginx on a machine of the lab.</summary>
internal static class Nginx
{
    /// <summary>
    /// /etc/nginx/nginx.conf as a distribution ships it, `log_format main` of nginx.org's packages included (seed 001's access_log names
    /// it), with a header that tells which machine answered.
    /// </summary>
    public static void Install(LabNode node) => node.WriteFile("/etc/nginx/nginx.conf", $$"""
        user www-data;
        worker_processes 1;
        pid /run/nginx.pid;
        error_log /var/log/nginx/error.log;
        events {
            worker_connections 512;
        }
        http {
            log_format main '$remote_addr - $remote_user [$time_local] "$request" '
                            '$status $body_bytes_sent "$http_referer" '
                            '"$http_user_agent" "$http_x_forwarded_for"';
            access_log /var/log/nginx/access.log main;
            default_type text/plain;
            add_header X-Lab-Node {{node.Name}} always;
            include /etc/nginx/conf.d/*.conf;
        }
        """);

    /// <summary>A site whose page is one line: the name given.</summary>
    public static void AddSite(LabNode node, string name, int port = 80) => node.WriteFile($"/etc/nginx/conf.d/{name}.conf", $$"""
        server {
            listen {{port}};
            location / {
                return 200 "{{name}}\n";
            }
        }
        """);

    public static async Task StartAsync(LabNode node, CancellationToken stop) =>
        (await node.RunAsync("systemctl start nginx", stop).ConfigureAwait(false)).OrThrow();
}
