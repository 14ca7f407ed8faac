using System.Net;
using System.Net.Sockets;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of the addresses that a real server of direct routing holds.</summary>
internal static class DirectRoutingRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var known = new HashSet<IPAddress>();
        for (int i = 0; i < configuration.DirectRoutingAddresses.Count; i++)
        {
            IPAddress address = configuration.DirectRoutingAddresses[i].Address;
            var path = new ModelPath("directRoutingAddresses", i);
            if (address.AddressFamily != AddressFamily.InterNetwork)
                findings.Error("NotSupported", path, $"{address}",
                    "IPv6 direct routing addresses are not supported by this version of HaTools.");
            if (!known.Add(address)) findings.Error("DuplicateAddress", path, $"{address}", $"`{address}` stands here already.");
        }
    }
}
