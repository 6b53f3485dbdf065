namespace Resift.Cli;

/// <summary>
/// The exercise that <c>resift compare</c> shows to newcomers: three passages answer the question, two repeat its words without an
/// answer, and the others share a word or two with it. Written to make the difference visible, and no measure of it.
/// </summary>
internal static class SampleDocuments
{
    public const string Query = "How do I fix memory leak in Python?";

    public static IReadOnlyList<InputDocument> All { get; } =
    [
        new("talk",
            "Why do Python programs leak memory at all? Python has a garbage collector, yet memory leaks in Python are a " +
            "frequent topic of talks at Python conferences."),
        new("heap",
            "Python manages memory in a private heap that holds all objects. The interpreter counts the references to each " +
            "object, and a garbage collector takes care of reference cycles."),
        new("caches",
            "Most memory leaks come from global lists and caches that only grow. Fix them by giving the cache a maximum size, " +
            "using weak references, and closing files and sessions that you no longer need."),
        new("forum",
            "My Python script uses more and more memory until it is killed. Is this a memory leak in Python or in my code? I am " +
            "using Python 3.12 on Linux."),
        new("tracemalloc",
            "To fix a memory leak, first find it: start tracemalloc, take a snapshot before and after the suspicious work, and " +
            "compare the two. The lines whose allocations keep growing hold the leak; drop the references there."),
        new("sink",
            "A leak under the kitchen sink is quickly repaired: close the valve, unscrew the trap and replace the worn washer."),
        new("exception",
            "MemoryError is the exception that Python raises when the system has no more memory to give, for example when a " +
            "program creates one huge array."),
        new("objgraph",
            "To fix the leak, run gc.collect() and use objgraph to see which objects pile up and what still refers to them. " +
            "Breaking that reference, often a closure or a global list, lets Python free the memory."),
    ];
}
