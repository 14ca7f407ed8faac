using System.Diagnostics;
using System.Net;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>Readings of a table of several of the kernel's pages, while ipvsadm adds and removes entries all over it.</summary>
[Trait("Needs", "ipvs")]
public sealed class StableReadingKernelTests
{
    private const int Ours = 300;
    private const int Readings = 300;

    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");

    [IpvsFact]
    public void No_service_is_missing_or_twice_while_others_write() => InNamespace(client =>
    {
        Fill(client);
        IEnumerable<string> theirs = Enumerable.Range(1, 24).Select(port => $"-t 192.0.2.2:{port * 11}");
        using var writer = new Writer(theirs.Select(s => $"-A {s} -s rr"), theirs.Select(s => $"-D {s}"));
        int met = 0;
        for (int i = 0; i < Readings; i++)
        {
            IReadOnlyList<IpvsServiceKey> read = [.. client.GetServices().Select(s => s.Key)];
            Assert.Equal(read.Count, read.Distinct().Count());
            Assert.Equal(Enumerable.Range(1, Ours), read.Where(k => k.Address!.Equals(Address)).Select(k => k.Port).Order());
            if (read.Count > Ours) met++;
        }

        // The writer was at work.
        Assert.InRange(met, 1, Readings);
    });

    [IpvsFact]
    public void No_real_server_is_missing_or_twice_while_others_write() => InNamespace(client =>
    {
        var web = new IpvsServiceKey(IpvsProtocol.Tcp, Address, 80);
        client.AddService(new IpvsService { Key = web, Scheduler = "rr" });
        client.Apply([.. Enumerable.Range(1, Ours).Select(port =>
            IpvsCommand.AddDestination(web, new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = port }))]);
        IEnumerable<string> theirs = Enumerable.Range(1, 24).Select(port => $"-t 192.0.2.1:80 -r 192.0.2.12:{port}");
        using var writer = new Writer(theirs.Select(s => $"-a {s} -m"), theirs.Select(s => $"-d {s}"));
        int met = 0;
        for (int i = 0; i < Readings; i++)
        {
            IReadOnlyList<string> read = [.. client.GetDestinations(web).Select(d => d.ToString())];
            Assert.Equal(read.Count, read.Distinct().Count());
            Assert.Equal(Ours, read.Count(d => d.StartsWith("192.0.2.11:", StringComparison.Ordinal)));
            if (read.Count > Ours) met++;
        }

        Assert.InRange(met, 1, Readings);
    });

    [IpvsFact]
    public void The_whole_table_is_shown_without_an_object_for_each_entry() => InNamespace(client =>
    {
        Fill(client);
        client.Apply([.. Enumerable.Range(1, Ours).Select(port => IpvsCommand.AddDestination(
            new IpvsServiceKey(IpvsProtocol.Tcp, Address, port), new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = port }))]);
        var visitor = new Counter();
        client.ReadTable(visitor);
        Assert.Equal((Ours, Ours), (visitor.Services, visitor.Destinations));
        Assert.Equal(
            client.GetTable().SelectMany(e => e.Destinations.Select(d => (e.Service.Key, d.Port))),
            client.GetServices().Select(s => (s.Key, s.Key.Port)));

        long before = GC.GetAllocatedBytesForCurrentThread();
        client.ReadTable(visitor);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(2 * Ours, visitor.Destinations);
        Assert.InRange(allocated, 0, 1024);
    });

    private static void Fill(IpvsClient client) => client.Apply(
        [.. Enumerable.Range(1, Ours).Select(port => IpvsCommand.AddService(
            new IpvsService { Key = new IpvsServiceKey(IpvsProtocol.Tcp, Address, port), Scheduler = "rr" }))]);

    private sealed class Counter : IIpvsTableVisitor
    {
        public int Services { get; private set; }

        public int Destinations { get; private set; }

        public bool Wants(in IpvsServiceView service) => true;

        public void Service(in IpvsServiceView service) => Services++;

        public void Destination(in IpvsDestinationView destination) => Destinations++;
    }

    /// <summary>Adds and removes with ipvsadm -R, for as long as it lives.</summary>
    private sealed class Writer : IDisposable
    {
        private readonly Process process;

        public Writer(IEnumerable<string> adding, IEnumerable<string> removing)
        {
            string script = $"while :; do printf -- '{string.Join("\\n", adding)}\\n' | ipvsadm -R; printf -- '{string.Join("\\n", removing)}\\n' | ipvsadm -R; done";
            process = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardError = true })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
        }

        public void Dispose()
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }
}
