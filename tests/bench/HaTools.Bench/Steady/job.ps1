#Requires -Version 7.6
# A pwsh with a node as the job that Start-HaNode makes, with a table in memory instead of the kernel's (EngineHost.cs).
#   job.ps1 MODULE BENCH FILE NODE
param([string] $Module, [string] $Bench, [string] $File, [string] $Node)
$ErrorActionPreference = 'Stop'
# The lab finds a machine's daemon by this.
[IO.File]::WriteAllText("/proc/$PID/comm", 'hanode-pwsh')
Import-Module $Module
$context = [Runtime.Loader.AssemblyLoadContext]::All.Where({ $_.Name -eq 'HaTools' }, 'First')[0]
$hidden = [Reflection.BindingFlags] 'NonPublic, Public, Static, Instance'
$start = $context.LoadFromAssemblyPath($Bench).GetType('HaTools.Bench.EngineHost').GetMethod('StartAsync', $hidden)
$running = $start.Invoke($null, @($File, $Node, 'pwsh')).GetAwaiter().GetResult()
$jobType = $context.Assemblies.Where({ $_.GetName().Name -eq 'HaTools.Module' }, 'First')[0].GetType('HaTools.Module.Jobs.HaNodeJob')
$job = $jobType.GetConstructors($hidden)[0].Invoke(@('Start-HaNode', $running))
# A session that is used: somebody reads the job's events now and then.
while ($job.State -eq 'Running') {
    $null = $job | Receive-Job
    Start-Sleep -Seconds 1
}
