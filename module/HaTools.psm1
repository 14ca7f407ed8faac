#Requires -Version 7.6
# Loads HaTools' assemblies. All paths are relative to this file, since DSC's adapters and people import it by its own path as well as by
# the manifest's.
#
#   bin/HaTools.dll   public records ([HaTools.VrrpState] ...): in the default load context, where scripts and other modules find the types
#   bin/engine/*.dll  cmdlets, engine, YamlDotNet: in a load context of their own, so that another module's YamlDotNet never meets ours

using namespace System.IO
using namespace System.Reflection
using namespace System.Runtime.Loader

$ErrorActionPreference = 'Stop'

$sharedPath = [Path]::Combine($PSScriptRoot, 'bin', 'HaTools.dll')
$enginePath = [Path]::Combine($PSScriptRoot, 'bin', 'engine')
if (-not [File]::Exists($sharedPath)) {
    throw [FileNotFoundException]::new(
        "HaTools is not built: '$sharedPath' is missing. Run 'dotnet build' in the folder that holds HaTools.slnx.", $sharedPath)
}

# A process holds one HaTools: .NET does not unload the first.
$loaded = [AssemblyLoadContext]::Default.Assemblies.Where({ $_.GetName().Name -eq 'HaTools' }, 'First')
if ($loaded -and $loaded[0].Location -ne $sharedPath) {
    throw [System.InvalidOperationException]::new(
        "HaTools is already loaded from '$($loaded[0].Location)'. Start a new pwsh to load '$sharedPath'.")
}

$context = [AssemblyLoadContext]::All.Where({ $_.Name -eq 'HaTools' }, 'First')[0]
$again = $null -ne $context
if (-not $again) {
    $null = [AssemblyLoadContext]::Default.LoadFromAssemblyPath($sharedPath)
    $context = [AssemblyLoadContext]::new('HaTools')
    # What is loaded here is what names resolve to within the context; HaTools.dll and the framework are not here, and so come from the
    # default context.
    foreach ($file in [Directory]::GetFiles($enginePath, '*.dll')) { $null = $context.LoadFromAssemblyPath($file) }
}
$engine = $context.Assemblies.Where({ $_.GetName().Name -eq 'HaTools.Module' }, 'First')[0]

$inner = Import-Module -Assembly $engine -PassThru
if ($again) {
    # PowerShell/PowerShell#20710: a second import of an assembly takes the cached module and forgets to export its cmdlets from this one.
    $add = [psmoduleinfo].GetMethod('AddExportedCmdlet', [BindingFlags]'Instance, NonPublic')
    foreach ($command in $inner.ExportedCmdlets.Values) { $null = $add.Invoke($ExecutionContext.SessionState.Module, @(, $command)) }
}

# Nodes of this process end with the module: masters send priority 0 and give their addresses up.
$lifetime = $engine.GetType('HaTools.Module.Jobs.ModuleLifetime', $true)
$ExecutionContext.SessionState.Module.OnRemove = { $lifetime::StopNodes() }.GetNewClosure()
