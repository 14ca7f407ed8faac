using System.Collections.Concurrent;
using System.Net;
using HaTools.Configuration;
using HaTools.Engine.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine;

/// <summary>
/// Prepares this process for the start of a node while its configuration is still being read: on another processor, the code that a start needs is loaded
/// and compiled, by starting the engine's heart with instances on an interface that does not exist. It sends nothing, and changes nothing on the host.
/// </summary>
internal static class WarmUp
{
    // A name that no interface can have (IFNAMSIZ is 16): nothing that happens on the host can wake the instances.
    private const string NoInterface = "no interface has this name";

    // The usual kinds. Others are rehearsed when the node starts, by its own thread.
    private static HaConfiguration Stock { get; } = new()
    {
        DynamicInterfaces = true,
        VrrpInstances = [Instance(2, "192.0.2.3"), Instance(3, "192.0.2.4"), Instance(3, "2001:db8::5")],
    };

    /// <summary>
    /// Returns at once. Nobody needs to wait for the task, nor to hear of its failure (no privilege, no descriptors left): a start does without it, and meets
    /// the same with the name of what needed it.
    /// </summary>
    public static Task Begin() => Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Run()
    {
        // As the reader of the configuration will: it begins with the text.
        _ = ConfigurationValidator.Validate(Stock);
        var nobody = new HashSet<string>();
        using var wakeUp = new EventFd();
        using var loop = new VrrpLoop(
            new VrrpHostOptions { Sink = new Rehearsal.SilentSink() },
            new VrrpHostConfiguration(Stock, nobody, nobody),
            new ConcurrentQueue<VrrpHostRequest>(),
            wakeUp,
            renewalPriority: 0);
        loop.Rehearse();
        loop.Begin();
    }

    private static VrrpInstance Instance(int version, string address) => new()
    {
        Name = $"warm-up {version} {address}",
        Interface = NoInterface,
        VirtualRouterId = version,
        Version = version,
        VirtualAddresses = [new VirtualAddress { Address = IPAddress.Parse(address), PrefixLength = address.Contains(':') ? 128 : 32 }],
    };
}
