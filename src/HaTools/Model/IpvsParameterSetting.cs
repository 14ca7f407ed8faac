namespace HaTools;

/// <summary>A parameter of the kernel's IPVS and what it is set to while the node runs.</summary>
/// <param name="Name">Its name, of those under <c>net.ipv4.vs</c> (Documentation/networking/ipvs-sysctl.rst): <c>expire_nodest_conn</c>.</param>
/// <param name="Value">Its value, as it is written into the file; two numbers have a blank between them.</param>
public sealed record IpvsParameterSetting(string Name, string Value)
{
    /// <summary>As <c>expire_nodest_conn=1</c>.</summary>
    public override string ToString() => $"{Name}={Value}";
}
