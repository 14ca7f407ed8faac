namespace HaTools.Lab.Kernel;

/// <summary>A kernel that <see cref="KernelLab"/> boots, on the host's own root file system.</summary>
internal abstract class LabKernel
{
    /// <summary>A script of this folder, where the build has put it.</summary>
    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "lab/kernel", name);

    /// <summary>What this host lacks for it, and what brings that; null: nothing.</summary>
    public abstract string? Missing { get; }

    /// <summary>The command that boots it and ends when it has powered off.</summary>
    /// <param name="folder">For what the command itself makes.</param>
    /// <param name="arguments">What the kernel's first process gets as its environment, and which that is (<c>init=</c>).</param>
    public abstract IEnumerable<string> Command(string folder, IEnumerable<string> arguments);
}
