using HaTools.Engine.VirtualInterfaces;

namespace HaTools.Engine;

// Virtual interfaces and the firewall table: there before anybody uses them, gone when nobody does.
internal sealed partial class HaNode : IVirtualNetworkSink
{
    private VirtualNetwork? virtualNetwork;

    void IVirtualNetworkSink.OnLog(string subject, string message) => events.Add("Log", subject, message);

    void IVirtualNetworkSink.OnWarning(string subject, string message) => events.Add("Warning", subject, message);

    private async Task<VirtualInterfacePlan> PrepareVirtualNetworkAsync(HaConfiguration wanted)
    {
        if (virtualNetwork is null)
        {
            string file = Path.Combine(options.RunDirectory, Name + ".links.json");
            if (!VirtualNetwork.IsNeeded(wanted, file)) return VirtualInterfacePlan.None;
            virtualNetwork = await kernel.RunAsync(() => VirtualNetwork.Open(Name, file, this)).ConfigureAwait(false);
            Watch(virtualNetwork.Completion);
        }

        return await virtualNetwork.PrepareAsync(wanted).ConfigureAwait(false);
    }

    private Task SettleVirtualNetworkAsync(HaConfiguration wanted, VirtualInterfacePlan plan) =>
        virtualNetwork?.SettleAsync(wanted, plan) ?? Task.CompletedTask;
}
