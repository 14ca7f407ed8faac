namespace HaTools.Engine.DataPlane;

/// <summary>Tells whose the services are that a node's configuration does not name. On the controller's thread.</summary>
/// <param name="memory">What this node and others remember as theirs.</param>
/// <param name="tell">Hears that it cannot be told.</param>
internal sealed class ForeignServices(ServiceMemory memory, Action<string> tell)
{
    /// <summary>Why nothing can be removed now; null: nothing keeps from it.</summary>
    public string? Complaint { get; private set; }

    /// <summary>Sorts services that the configuration does not name. Where the files of other nodes cannot be read nothing is nobody's.</summary>
    public Owners Sort(IEnumerable<ServiceKey> found)
    {
        ServiceKey[] strangers = [.. found.Where(k => !memory.Ours.Contains(k))];
        if (strangers.Length == 0) return new Owners([], []);
        try
        {
            Dictionary<ServiceKey, string> theirs = memory.OfOthers();
            Complaint = null;
            return new Owners([.. strangers.Where(k => !theirs.ContainsKey(k))], [.. strangers.Where(theirs.ContainsKey)]);
        }
        catch (HaEngineException e)
        {
            string complaint = $"no foreign service is removed now (ipvs: foreign: purge), since it is not known which ones other nodes have: {e.Message}";
            if (complaint != Complaint) tell(complaint);
            Complaint = complaint;
            return new Owners([], []);
        }
    }

    /// <summary>Whose services are.</summary>
    /// <param name="Nobodys">No node of this network namespace names them.</param>
    /// <param name="Others">Another node names them, running or not.</param>
    internal readonly record struct Owners(IReadOnlyList<ServiceKey> Nobodys, IReadOnlyList<ServiceKey> Others);
}
