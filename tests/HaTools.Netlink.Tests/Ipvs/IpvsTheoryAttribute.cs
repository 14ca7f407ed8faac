namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>As <see cref="IpvsFactAttribute"/>, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpvsTheoryAttribute : TheoryAttribute
{
    public IpvsTheoryAttribute() => Skip = IpvsFactAttribute.WhyNotHere;
}
