using System.Globalization;
using System.Net;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>The parameters that this kernel has, against the catalogue.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I27")]
[Trait("Row", "I28")]
public class IpvsParameterKernelTests
{
    [IpvsFact]
    public void Every_file_is_in_the_catalogue_and_what_this_kernel_should_have_is_a_file() => InLoaded(() =>
    {
        string[] files = [.. Directory.GetFiles("/proc/sys/net/ipv4/vs").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
        Assert.Equal(files, IpvsParameters.ReadAll().Select(v => v.Name));
        Assert.Empty(IpvsParameters.ReadAll().Where(v => v.Parameter is null).Select(v => v.Name));

        // Build options are what they are.
        string[] release = File.ReadAllText("/proc/sys/kernel/osrelease").Split('.', '-');
        var running = new Version(int.Parse(release[0], CultureInfo.InvariantCulture), int.Parse(release[1], CultureInfo.InvariantCulture));
        IEnumerable<IpvsParameter> expected = IpvsParameterCatalogue.All.Where(p =>
            (p.Since is null || p.Since <= running) && p.Needs?.StartsWith("CONFIG_", StringComparison.Ordinal) != true);
        Assert.Empty(expected.Select(p => p.Name).Except(files));
        Assert.Equal(IpvsParameterCatalogue.All.Select(p => p.Name).Except(files), IpvsParameters.Missing().Select(p => p.Name));
    });

    [IpvsFact]
    public void A_new_namespace_has_the_defaults() => InLoaded(() =>
    {
        foreach (IpvsParameterValue value in IpvsParameters.ReadAll())
            if (value.Parameter is { Default: { } first, Scope: not IpvsParameterScope.Host })
                Assert.Equal($"{value.Name} {first}", $"{value.Name} {value.Value}");
    });

    [IpvsFact]
    [Trait("Row", "I30")]
    public void Each_is_set_and_read_back() => InLoaded(() =>
    {
        foreach (IpvsParameterValue value in IpvsParameters.ReadAll())
        {
            IpvsParameter parameter = value.Parameter!;
            if (parameter.Scope == IpvsParameterScope.Host)
            {
                Assert.Throws<UnauthorizedAccessException>(() => IpvsParameters.Set(parameter, "1"));
                continue;
            }

            foreach (string next in Values(parameter))
            {
                IpvsParameters.Set(parameter, next);
                Assert.Equal($"{value.Name} {next}", $"{value.Name} {IpvsParameters.Read(parameter)}");
            }
        }
    });

    [IpvsFact]
    [Trait("Row", "I29")]
    public void What_this_kernel_has_not_is_told_with_the_reason() => InLoaded(() =>
    {
        IpvsParameter? later = IpvsParameters.Missing().FirstOrDefault(p => p.Since >= new Version(6, 2));
        if (later is null) return;
        Assert.Null(IpvsParameters.Read(later));
        IOException e = Assert.Throws<IOException>(() => IpvsParameters.Set(later, later.Default ?? "1"));
        Assert.Contains($"net.ipv4.vs.{later.Name}: this kernel has it not; it needs kernel {later.Since}", e.Message, StringComparison.Ordinal);
    });

    [IpvsFact]
    public void The_number_that_was_meant_is_set_and_what_is_not_there_is_looked_for() => InLoaded(() =>
    {
        IpvsParameter period = IpvsParameterCatalogue.Find("sync_refresh_period")!;
        IpvsParameters.Set(period, "010");
        Assert.Equal("10", IpvsParameters.Read(period));
        Assert.Null(IpvsParameters.Require(period));
        Assert.Null(IpvsParameters.Require(IpvsParameterCatalogue.Find("lblc_expiration")!));
        IpvsParameter later = period with { Name = "nosuch", Since = new Version(99, 1), Module = "ip_vs_nosuch", Needs = "module ip_vs_nosuch" };
        Assert.StartsWith("net.ipv4.vs.nosuch: this kernel has it not; it needs kernel 99.1 and module ip_vs_nosuch: ", IpvsParameters.Require(later), StringComparison.Ordinal);
    });

    /// <summary>Two schedulers bring parameters of their own: the kernel loads them when they are asked for.</summary>
    private static void InLoaded(Action test) => InNamespace(client =>
    {
        foreach (string scheduler in (string[])["lblc", "lblcr"])
        {
            var key = new IpvsServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
            client.AddService(new IpvsService { Key = key, Scheduler = scheduler });
            client.DeleteService(key);
        }

        test();
    });

    /// <summary>Both ends of the range where they are near, and values that the kernel does not change by itself.</summary>
    private static IEnumerable<string> Values(IpvsParameter parameter) => parameter.Kind switch
    {
        IpvsParameterKind.Switch => ["1", "0"],
        IpvsParameterKind.Threshold => ["0\t10", "7\t0"],
        IpvsParameterKind.ProcessorList => ["0"],
        IpvsParameterKind.PowerOfTwo => ["64", "2", "1"],

        // The kernel changes 1 and 2 of the defences by itself.
        _ when parameter.Name is "drop_entry" or "drop_packet" or "secure_tcp" => ["3", "0"],
        _ when parameter.Maximum > 1000 => ["0", "1000"],
        _ => [$"{parameter.Minimum}", $"{parameter.Maximum}"],
    };
}
