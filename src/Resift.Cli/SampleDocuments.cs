namespace Resift.Cli;

/// <summary>
/// The exercise that <c>resift compare</c> shows to newcomers: some passages answer the question, and some only share its words.
/// </summary>
internal static class SampleDocuments
{
    public const string Query = "How do I fix memory leak in Python?";

    public static IReadOnlyList<InputDocument> All { get; } =
    [
        new("forum-question", "My Python program has a memory leak and I do not know how to fix it. Memory usage keeps going up until the process " +
            "is killed. Has anybody else seen a memory leak like this in Python?"),
        new("overview", "Memory management in Python rests on a private heap that holds all objects. The interpreter counts references to each " +
            "object and frees it when the count drops to zero; a garbage collector takes care of cycles."),
        new("ball-python", "The ball python remembers where it has found prey before, and keepers report that the memory lasts for weeks. A python " +
            "that is handled gently soon stops curling into a ball."),
        new("tracemalloc", "Call tracemalloc.start() early, take a snapshot before and after the suspicious work, and compare the two with " +
            "compare_to(): the lines whose allocations keep growing hold the leak. Drop the reference there, and check with a third snapshot."),
        new("tap", "To fix a leak under the kitchen sink, close the shut-off valve, unscrew the trap and replace the worn washer. Tighten it by " +
            "hand, open the valve and watch for drops for ten minutes."),
        new("caches", "When a long-running worker keeps growing, look for module-level dictionaries and lists that are only ever added to. Give " +
            "functools.lru_cache a maxsize, hold back-references with weakref, close files and sessions, and remove callbacks nobody needs any more."),
        new("ram", "If the computer freezes or reports memory errors, a RAM module may be faulty. Reseat the modules, run a memory test " +
            "overnight, and replace the one that fails."),
        new("objgraph", "Run gc.collect() and print objgraph.show_growth() between requests to see which types pile up, then draw what still refers " +
            "to them with objgraph.show_backrefs(). Breaking that reference, often a closure or a global list, stops the leak."),
    ];
}
