using System.Net;
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
            CheckAddress(findings, path, address);
            if (!known.Add(address)) findings.Error("DuplicateAddress", path, $"{address}", $"`{address}` stands here already.");
        }
    }

    /// <summary>Of what a real server can have on <c>lo</c>.</summary>
    public static void CheckAddress(RuleFindings findings, ModelPath path, IPAddress address)
    {
        if (!Networks.IsPossibleHost(address) || IPAddress.IsLoopback(address))
            findings.Error("InvalidAddress", path, $"{address}", $"`{address}` can be no service's address.");
        else if (address.IsIPv6LinkLocal)
            findings.Error("InvalidAddress", path, $"{address}", $"`{address}` is an address of one link only: it cannot be on `lo`, and no director forwards to it.");
    }
}
