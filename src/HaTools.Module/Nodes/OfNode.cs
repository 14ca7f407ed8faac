using System.Management.Automation;

namespace HaTools.Module.Nodes;

/// <summary>
/// Notes on a model object which node it is in, so that the next command of the pipeline goes to the same one (-Node by property name).
/// </summary>
internal static class OfNode
{
    public static PSObject Mark(object model, string node)
    {
        // new, not AsPSObject: the note shall not stick to the shared model object.
        var marked = new PSObject(model);
        marked.Properties.Add(new PSNoteProperty("Node", node));
        return marked;
    }
}
