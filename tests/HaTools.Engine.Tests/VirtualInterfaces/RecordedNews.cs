using System.Collections.Concurrent;
using HaTools.Engine.VirtualInterfaces;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>What was said.</summary>
internal sealed class RecordedNews : IVirtualNetworkSink
{
    public ConcurrentQueue<string> Logs { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    void IVirtualNetworkSink.OnLog(string subject, string message) => Logs.Enqueue(message);

    void IVirtualNetworkSink.OnWarning(string subject, string message) => Warnings.Enqueue(message);
}
