using HaTools.Engine.DataPlane;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// What VRRP calls the instances of a configuration that it goes over to later than services and sync daemons do: a virtual router that goes on under another name is
/// master by its former one until then.
/// </summary>
internal sealed class FormerNames
{
    private readonly Dictionary<string, string> names = [];

    /// <param name="spoken">The configuration that VRRP has now.</param>
    /// <param name="wanted">The one that it goes over to.</param>
    public FormerNames(HaConfiguration spoken, HaConfiguration wanted)
    {
        int[] carryOver = VrrpRouter.InstanceCarryOver(spoken, wanted);
        HashSet<string> carried = [.. carryOver.Where(i => i >= 0).Select(i => spoken.VrrpInstances[i].Name)];
        for (int i = 0; i < carryOver.Length; i++)
        {
            string name = wanted.VrrpInstances[i].Name;

            // A new instance whose name another one had, which goes on: nobody has a name with a line feed.
            string former = carryOver[i] >= 0 ? spoken.VrrpInstances[carryOver[i]].Name : carried.Contains(name) ? $"{name}\n" : name;
            if (former != name) names.Add(name, former);
        }
    }

    /// <summary>Whether there are others than those of the configuration.</summary>
    public bool AreThere => names.Count > 0;

    /// <summary>What VRRP calls an instance now.</summary>
    public string Of(string name) => names.GetValueOrDefault(name, name);

    /// <summary>The same for the instances whose master alone loads services.</summary>
    public IReadOnlyDictionary<ServiceKey, string> Of(IReadOnlyDictionary<ServiceKey, string> gates) =>
        AreThere ? gates.ToDictionary(g => g.Key, g => Of(g.Value)) : gates;
}
