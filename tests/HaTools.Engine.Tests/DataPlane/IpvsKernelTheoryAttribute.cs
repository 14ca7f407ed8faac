namespace HaTools.Engine.Tests.DataPlane;

/// <summary>As <see cref="IpvsKernelFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpvsKernelTheoryAttribute : TheoryAttribute
{
    public IpvsKernelTheoryAttribute() => Skip = IpvsKernelFactAttribute.Missing.Value;
}
